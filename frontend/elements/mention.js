/** What has been begun after an @ right before the caret: `{start, begun}`, or null where nobody is being called. */
export function callBefore(text, caret) {
  const match = /(?<![\p{L}\p{N}_.@+-])@([\p{L}\p{N}_.+-]{0,80})$/u.exec(text.slice(0, caret));
  return match ? { start: match.index, begun: match[1] } : null;
}

/** The text with the call completed, and where the caret goes. */
export function completeCall(text, caret, handle) {
  const call = callBefore(text, caret);
  if (!call) return { text, caret };
  const rest = text.slice(caret);
  const written = `@${handle}${/^\s/.test(rest) ? "" : " "}`;
  return { text: text.slice(0, call.start) + written + rest, caret: call.start + written.length };
}
