import { overlap } from "./box_form.js";

const SAME = 0.5; // two boxes that have less in common are not the same one; as the server has it

/** How a box differs from what the others have there: "" where all have it alike. */
export function differenceOf(box, others) {
  const isAlike = (other) => other.label === box.label && overlap(box, other) >= SAME;
  const apart = others.filter((boxes) => !boxes.some(isAlike)).flat();
  if (others.every((boxes) => boxes.some(isAlike))) return "";
  if (apart.some((other) => other.label !== box.label && overlap(box, other) >= SAME)) return "other label";
  return apart.some((other) => other.label === box.label && overlap(box, other) > 0) ? "other bounds" : "only here";
}

/** What others have where this one has nothing; of several alike the first. */
export function missingIn(boxes, others) {
  const found = [];
  for (const other of others.flat()) {
    const isThere = (one) => overlap(one, other) > 0 && (one.label === other.label || overlap(one, other) >= SAME);
    if (!boxes.some(isThere) && !found.some((one) => one.label === other.label && overlap(one, other) >= SAME)) found.push(other);
  }
  return found;
}
