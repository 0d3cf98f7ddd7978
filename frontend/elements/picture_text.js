// Where a picture stands in a text: a placeholder while it is on its way, then its Markdown. Positions are UTF-16 units,
// as a text area counts them.

/** What stands in the text while a picture is sent; `number` keeps two of one name apart. */
export function placeholder(name, number) {
  const plain = name.replace(/[[\]()\\!\r\n]/g, " ").trim().slice(0, 40) || "picture";
  return `![Adding ${plain} (${number}) …]()`;
}

/**
 * `{text, caret}` with `pieces` in place of what is marked, each on a line of its own unless words surround it. Where the caret
 * stands in the description of another picture they follow that one.
 */
export function insertAt(text, start, end, pieces) {
  const rest = text.slice(end).match(/^[^\]\n]*\]\([^)\n]*\)/);
  const isInPicture = rest !== null && /!\[[^\]\n]*$/.test(text.slice(0, start));
  if (isInPicture) return insertAt(text, end + rest[0].length, end + rest[0].length, ["", ...pieces]);
  const before = text.slice(0, start);
  const after = text.slice(end);
  const isBlock = before === "" || before.endsWith("\n") || pieces.length > 1;
  const lead = isBlock && before !== "" && pieces[0] !== "" ? "\n\n".slice(before.match(/\n{0,2}$/)[0].length) : "";
  const tail = isBlock && after !== "" && !after.startsWith("\n") ? "\n\n" : "";
  const piece = pieces.join("\n\n");
  return { text: before + lead + piece + tail + after, caret: (before + lead + piece).length };
}

/**
 * `{text, at, caret}`: `piece` in place of what was held at `at`, and where the description goes, which is between the
 * brackets. Null when the person has removed what was held.
 */
export function settle(text, held, piece) {
  const at = text.indexOf(held);
  if (at < 0) return null;
  return { text: text.slice(0, at) + piece + text.slice(at + held.length), at, caret: at + piece.indexOf("[") + 1 };
}

/** Where a position of the old text is in the new one, in which `length` units at `at` became `by` more. */
export function shifted(position, at, length, by) {
  if (position <= at) return position;
  return position >= at + length ? position + by : at;
}
