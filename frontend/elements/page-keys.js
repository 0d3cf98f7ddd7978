// data-key="n" on a link, button or field: pressing that key presses it, or moves into the field. The key stands on the control.
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

export function isTyping(event) {
  return Boolean(event.target.closest?.(TYPING)) || Boolean(document.querySelector("dialog[open]"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!control || control.disabled) return;
  event.preventDefault();
  if (control.matches(TYPING)) {
    control.focus();
    control.select?.();
  } else {
    control.click();
  }
});
