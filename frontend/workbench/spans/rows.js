/** Where marks stand that lie over each other. Pure: numbers in, numbers out. */

const SMALLEST_TAG = 26;
const GAP = 3;

/**
 * The row of each `[start, end]` under the text: 0 is next to it. What is shorter stands nearer, so that an inner span is drawn
 * inside the outer one, and no two of a row overlap.
 */
export function rowsOf(intervals) {
  const order = intervals.map((_, index) => index);
  order.sort((a, b) => lengthOf(intervals[a]) - lengthOf(intervals[b]) || intervals[a][0] - intervals[b][0]);
  const taken = []; // for each row what stands there
  const rows = new Array(intervals.length);
  for (const index of order) {
    const [start, end] = intervals[index];
    let row = 0;
    while (taken[row]?.some(([from, to]) => from < end && start < to)) row += 1;
    (taken[row] ??= []).push(intervals[index]);
    rows[index] = row;
  }
  return rows;
}

/**
 * Tags `{x, y, width}` (the width they would like) on lines of text, moved so that none covers another: each gets `x` and the
 * `width` it may take. One that begins where another does stands behind it.
 */
export function placeTags(tags) {
  for (const line of linesOf(tags)) {
    line.sort((one, other) => one.x - other.x);
    let free = -Infinity;
    line.forEach((tag, index) => {
      tag.x = Math.max(tag.x, free);
      const room = (line[index + 1]?.x ?? Infinity) - tag.x - GAP;
      tag.width = Math.min(tag.width, Math.max(room, SMALLEST_TAG));
      free = tag.x + tag.width + GAP;
    });
  }
  return tags;
}

function linesOf(tags) {
  const lines = new Map();
  for (const tag of tags) {
    const y = Math.round(tag.y);
    if (!lines.has(y)) lines.set(y, []);
    lines.get(y).push(tag);
  }
  return lines.values();
}

const lengthOf = ([start, end]) => end - start;
