// Which stretch of a sound the waveform shows, as `{from, to}` in seconds: numbers alone, so that they can be tested without a page.

const LEAST_SECONDS = 0.25; // no closer than that
const FACTOR = 2;
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const PRESSES = 200; // across what is seen

/** Half as much of the sound (1), or twice as much (-1), with the moment `at` where it was before. */
export function zoomed({ from, to }, direction, at, seconds) {
  const length = Math.min(seconds, Math.max(Math.min(LEAST_SECONDS, seconds), (to - from) * FACTOR ** -direction));
  const centre = Math.min(to, Math.max(from, at));
  const share = to > from ? (centre - from) / (to - from) : 0;
  return within(centre - share * length, length, seconds);
}

/** The same view, moved on where `at` has left it. */
export function following(view, at, seconds) {
  const length = view.to - view.from;
  if (at >= view.from && at <= view.to) return view;
  return within(at > view.to ? at - length * 0.05 : at - length * 0.95, length, seconds);
}

/** How far one press moves an edge: the closer one looks, the less. */
export function nudgeOf({ from, to }) {
  return STEPS.find((step) => step >= (to - from) / PRESSES) ?? STEPS.at(-1);
}

function within(from, length, seconds) {
  const start = Math.min(Math.max(0, from), Math.max(0, seconds - length));
  return { from: start, to: start + length };
}
