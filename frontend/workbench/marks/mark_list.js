/** Lists of marks in wire format: spans, chains, relations, boxes, segments. */

/** The next short id that no item of these lists has: "s1", "s2", … */
export function freshId(prefix, ...lists) {
  let last = 0;
  for (const { id } of lists.flat()) {
    const number = id?.startsWith(prefix) ? Number(id.slice(prefix.length)) : 0;
    if (Number.isInteger(number) && number < 1e9) last = Math.max(last, number);
  }
  return `${prefix}${last + 1}`;
}

/** The id of the next one (1) or the one before (-1); where none is selected the first or the last; null at the end. */
export function neighbour(marks, id, direction) {
  const index = marks.findIndex((mark) => mark.id === id);
  if (index < 0) return (direction > 0 ? marks[0] : marks.at(-1))?.id ?? null;
  return marks[index + direction]?.id ?? null;
}
