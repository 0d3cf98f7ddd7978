/**
 * What a reviewer's decision is, from the answers as they came and as they are chosen now. Pure: no page, no network.
 *
 * `merged` is what all annotators agree on, `differing` the names of the questions on which they do not; `asked` are the names of
 * those that the answers chosen now still lead to.
 */
export function decisionFor({ merged, differing }, chosen, asked = [...Object.keys(merged), ...differing]) {
  const open = differing.filter((name) => !(name in chosen) && asked.includes(name));
  const changed = Object.keys(chosen).filter((name) => differing.includes(name) || !isSame(chosen[name], merged[name]));
  if (open.length > 0) return { kind: "undecided", open };
  return changed.length > 0 ? { kind: "fix", answers: { ...merged, ...chosen } } : { kind: "accept" };
}

function isSame(first, second) {
  return JSON.stringify(first) === JSON.stringify(second);
}
