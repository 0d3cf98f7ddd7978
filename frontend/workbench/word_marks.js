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
