// How large a picture is shown, and where: numbers alone, so that they can be tested without a page.

const STEPS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16]; // of the size that fits
const MOST_ENLARGED = 2; // by itself, so that a photo of a stamp does not become a blur
const SEEN_WELL = 320; // pixels: what is smaller is enlarged as far as this

/** The scale at which the whole picture is seen, never past what serves the eye. */
export function fittingScale(picture, box) {
  const most = Math.max(MOST_ENLARGED, SEEN_WELL / Math.max(picture.width, picture.height));
  return Math.min(box.width / picture.width, box.height / picture.height, most);
}

/** The step after (1) or before (-1) one that may lie between two. */
export function nextStep(step, direction) {
  const further = direction > 0 ? STEPS.find((one) => one > step + 1e-6) : STEPS.findLast((one) => one < step - 1e-6);
  return further ?? (direction > 0 ? STEPS.at(-1) : STEPS[0]);
}

/**
 * The left upper corner of a picture of `size` in a `box`: in the middle where it is smaller, else so that none of the box is
 * empty.
 */
export function placed(offset, size, box) {
  const along = (wanted, own, room) => (own <= room ? (room - own) / 2 : Math.min(0, Math.max(room - own, wanted)));
  return { x: along(offset.x, size.width, box.width), y: along(offset.y, size.height, box.height) };
}

/** The corner after zooming by `factor`, so that what lies at `point` stays there. */
export function zoomedAt(offset, factor, point) {
  return { x: point.x - (point.x - offset.x) * factor, y: point.y - (point.y - offset.y) * factor };
}
