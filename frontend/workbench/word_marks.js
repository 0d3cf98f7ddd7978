const HIGHLIGHT = "suggestion-words";
const shown = new WeakMap(); // field -> what of it is pointed out: {highlight, ranges}

/**
 * Point out the words that speak for a suggestion in the text nodes of one field, without touching them; the words pointed out
 * there before are let go, those of other fields stay. `view` is the window the nodes are in. A browser that cannot do so is content:
 * the words are listed beside the suggestion, too.
 */
export function pointOut(field, nodes, words, view = globalThis) {
  const former = shown.get(field);
  for (const range of former?.ranges ?? []) former.highlight.delete(range);
  shown.delete(field);
  if (words.length === 0 || !view.CSS?.highlights) return;
  const { highlights } = view.CSS;
  if (!highlights.has(HIGHLIGHT)) highlights.set(HIGHLIGHT, new view.Highlight());
  const highlight = highlights.get(HIGHLIGHT);
  const ranges = nodes.flatMap((node) => findWords(node.data, words).map(rangeIn(node, view)));
  for (const range of ranges) highlight.add(range);
  shown.set(field, { highlight, ranges });
}

function rangeIn(node, view) {
  return ([startOffset, endOffset]) => new view.StaticRange({ startContainer: node, startOffset, endContainer: node, endOffset });
}

/**
 * Where the words that speak for a suggestion stand in a text, as sorted [start, end) pairs of UTF-16 indexes.
 *
 * Words come from the model in lower case and may be several tokens long. A match must not start or end inside a longer word.
 */
export function findWords(text, words) {
  const wanted = [...new Set(words.map((word) => word.trim()).filter(Boolean))].sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return [];
  const choices = wanted.map((word) => word.split(/\s+/u).map(escaped).join("[^\\p{L}\\p{N}]+")).join("|");
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${choices})(?![\\p{L}\\p{N}_])`, "giu");
  return Array.from(text.matchAll(pattern), (match) => [match.index, match.index + match[0].length]);
}

function escaped(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
