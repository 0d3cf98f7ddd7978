/** The next place of some letters from a unit on, and from the beginning again: at the start of a word if there is any. */
export function findFrom(text, letters, from) {
  if (!letters) return null;
  const escaped = letters.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/gu, "\\s+");
  for (const before of ["(?<![\\p{L}\\p{N}])", ""]) {
    const pattern = new RegExp(before + escaped, "giu");
    for (const start of [from, 0]) {
      pattern.lastIndex = start;
      const match = pattern.exec(text);
      if (match) return [match.index, match.index + match[0].length];
    }
  }
  return null;
}
