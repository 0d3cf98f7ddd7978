/**
 * What a reviewer's decision is, from the answers as they came and as they are chosen now. Pure: no page, no network.
 *
 * `merged` is what all annotators agree on, `differing` the names of the questions on which they do not.
 */
export function decisionFor({ merged, differing }, chosen) {
  const open = differing.filter((name) => !(name in chosen));
  const changed = Object.keys(chosen).filter((name) => differing.includes(name) || !isSame(chosen[name], merged[name]));
  if (open.length > 0) return { kind: "undecided", open };
  return changed.length > 0 ? { kind: "fix", answers: { ...merged, ...chosen } } : { kind: "accept" };
}

function isSame(first, second) {
  return JSON.stringify(first) === JSON.stringify(second);
}

/** The place of a selection in a text, in Unicode code points: `{start, end, text}`; null where nothing is selected. */
export function placeOf(whole, before, selected) {
  if (!selected.trim()) return null;
  const start = [...before].length;
  const end = start + [...selected].length;
  return [...whole].slice(start, end).join("") === selected ? { start, end, text: selected } : null;
}
