// Places of boxes in pixels of the picture: numbers alone, so that they can be tested without a page.

const LEAST = 1; // pixel on each side
const KEPT = 100; // parts of a pixel that are kept

const rounded = (value) => Math.round(value * KEPT) / KEPT;
const within = (value, least, most) => Math.min(Math.max(value, least), most);

/** What is special about boxes among regions. */
export const boxForm = {
  sides: ["x", "y", "width", "height"],
  order: (one, other) => one.y - other.y || one.x - other.x || one.height - other.height || one.width - other.width,
};

/** The box from the corner x, y to the other one, as much of it as lies in the picture. */
function fromCorners({ left, top, right, bottom }, picture) {
  const [x, y] = [rounded(within(left, 0, picture.width - LEAST)), rounded(within(top, 0, picture.height - LEAST))];
  return { x, y, width: rounded(within(right, x + LEAST, picture.width) - x), height: rounded(within(bottom, y + LEAST, picture.height) - y) };
}

/** The box between two points, whichever was the first. */
export function between(one, other, picture) {
  const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
  const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y)];
  return fromCorners({ left, top, right, bottom }, picture);
}

/** The same box elsewhere; it stops at the picture's edge. */
export function moved({ x, y, width, height }, across, down, picture) {
  return { x: rounded(within(x + across, 0, picture.width - width)), y: rounded(within(y + down, 0, picture.height - height)), width, height };
}

/** The box with some of its edges moved; `edges` names them by their first letters: "tl", "b". An edge stops before the one opposite. */
export function resized({ x, y, width, height }, edges, across, down, picture) {
  const bounds = { left: x, top: y, right: x + width, bottom: y + height };
  if (edges.includes("l")) bounds.left = Math.min(x + across, bounds.right - LEAST);
  if (edges.includes("r")) bounds.right = Math.max(bounds.right + across, x + LEAST);
  if (edges.includes("t")) bounds.top = Math.min(y + down, bounds.bottom - LEAST);
  if (edges.includes("b")) bounds.bottom = Math.max(bounds.bottom + down, y + LEAST);
  return fromCorners(bounds, picture);
}

/** A box in the middle of what is seen, of a size if one is given; a little further on where others stand there already. */
export function standing(seen, size, others, picture) {
  const width = Math.min(size?.width ?? seen.width / 5, seen.width);
  const height = Math.min(size?.height ?? seen.height / 5, seen.height);
  const [x, y] = [seen.x + (seen.width - width) / 2, seen.y + (seen.height - height) / 2];
  const place = (step) => between({ x: x + step, y: y + step }, { x: x + step + width, y: y + step + height }, picture);
  const isTaken = (box) => others.some((other) => Math.abs(other.x - box.x) < 1 && Math.abs(other.y - box.y) < 1);
  const shift = Math.max(2, Math.min(width, height) / 8);
  for (let step = 0; step < 20; step += 1) if (!isTaken(place(step * shift))) return place(step * shift);
  return place(0);
}

/** The boxes at a point, the smallest first. */
export function boxesAt(boxes, { x, y }) {
  const there = boxes.filter((box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height);
  return there.sort((one, other) => one.width * one.height - other.width * other.height);
}

/** What two have in common as a share of what they cover together. */
export function overlap(one, other) {
  const along = (start, length) => Math.max(0, Math.min(one[start] + one[length], other[start] + other[length]) - Math.max(one[start], other[start]));
  const common = along("x", "width") * along("y", "height");
  return common / (one.width * one.height + other.width * other.height - common);
}
