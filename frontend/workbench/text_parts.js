const LONG = 6_000;
const PART = 600;
const MOST_PARTS = 660; // fewer would be laid out faster where nothing moves, and slower where the next one comes into sight

/**
 * A long text in parts that end with a line, so that each can be laid out by itself; joined they are the text again.
 * A text of ordinary length is one part.
 */
export function textParts(text) {
  if (text.length <= LONG) return [text];
  const parts = [];
  const length = Math.max(PART, text.length / MOST_PARTS);
  let start = 0;
  while (start < text.length) {
    const lineEnd = text.indexOf("\n", start + length);
    let end = lineEnd < 0 ? text.length : lineEnd + 1;
    while (text[end] === "\n") end += 1; // empty lines stay with the line they follow
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}
