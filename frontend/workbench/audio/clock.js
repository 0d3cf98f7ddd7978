// Times as people read and hear them, and what keys do with them: numbers alone, so that they can be tested without a page.

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];

/** "1:02.5", with hours where there are any; tenths only of what is short enough for them to matter. */
export function timeOf(seconds, total = seconds) {
  const isShort = total < 600;
  const tenths = Math.max(0, isShort ? Math.floor(seconds * 10 + 1e-6) : Math.floor(seconds + 1e-6) * 10);
  const [hours, minutes, rest] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60, (tenths % 600) / 10];
  const padded = rest.toFixed(isShort ? 1 : 0).padStart(isShort ? 4 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${padded}` : `${minutes}:${padded}`;
}

/** "1 minute 2.5 seconds" for who hears it read. */
export function timeInWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round((seconds % 60) * 10) / 10;
  const words = `${rest} second${rest === 1 ? "" : "s"}`;
  return minutes ? `${minutes} minute${minutes === 1 ? "" : "s"} ${words}` : words;
}

/** How far one press goes: a few seconds, of a short sound a tenth. */
export function stepOf(total) {
  if (total >= 60) return 5;
  return total >= 15 ? 2 : Math.max(0.1, Math.round(total) / 10);
}

/** The next faster (1) or slower (-1) speed. */
export function nextSpeed(speed, direction) {
  const further = direction > 0 ? SPEEDS.find((one) => one > speed + 1e-6) : SPEEDS.findLast((one) => one < speed - 1e-6);
  return further ?? speed;
}

/** "0:01.25": as exact as answers are, to a thousandth where that is not 0. */
export function exactTimeOf(seconds) {
  const thousandths = Math.round(seconds * 1000);
  const [minutes, rest] = [Math.floor(thousandths / 60_000), (thousandths % 60_000) / 1000];
  return `${minutes}:${rest.toFixed(thousandths % 10 === 0 ? 2 : 3).padStart(thousandths % 10 === 0 ? 5 : 6, "0")}`;
}

/**
 * Bars of a waveform for a width: of `count` of them the lowest and highest value, from -1 to 1, as high as its loudest moment. `low` and
 * `high` are whole numbers from -127 to 127, of stretches of equal length; of them those between the shares `from` and `to`.
 */
export function barsOf({ low, high }, count, { from = 0, to = 1 } = {}) {
  const loudest = Math.max(1, ...high.map(Math.abs), ...low.map(Math.abs));
  return Array.from({ length: count }, (_, index) => {
    const [start, end] = [index, index + 1].map((one) => Math.min(low.length - 1 + (one > index), Math.floor((from + ((to - from) * one) / count) * low.length)));
    const stretch = (values) => values.slice(start, Math.max(end, start + 1));
    return [Math.min(...stretch(low)) / loudest, Math.max(...stretch(high)) / loudest];
  });
}
