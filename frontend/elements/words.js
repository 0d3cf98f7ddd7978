/** What a field of comma-separated words could hold next: its words so far, and each known one that is not yet among them. */
export function suggestWords(text, known) {
  const words = text.split(/[,;]/).map((word) => word.trim());
  const typed = words.pop().toLowerCase();
  const before = words.filter(Boolean);
  const head = before.length > 0 ? `${before.join(", ")}, ` : "";
  return known.filter((word) => word.includes(typed) && !before.includes(word)).map((word) => head + word);
}
