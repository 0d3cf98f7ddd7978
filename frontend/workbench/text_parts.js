const LONG = 6_000;
const PART = 1_500;

/**
 * A long text in parts that end with a line, so that each can be laid out by itself; joined they are the text again.
 * A text of ordinary length is one part.
 */
export function textParts(text) {
  if (text.length <= LONG) return [text];
  const parts = [];
  let start = 0;
  while (start < text.length) {
    const lineEnd = text.indexOf("\n", start + PART);
    let end = lineEnd < 0 ? text.length : lineEnd + 1;
    while (text[end] === "\n") end += 1; // empty lines stay with the line they follow
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}
