import { keymap } from "./keymap.js";

const CHOOSABLE = ["Enter", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * The key a person means, whatever their layout: `event.key` where it is a plain letter, digit or named key or one of the
 * keys that somebody listens to (`known` and the page's own, which may begin with "Shift+"), else the place on the keyboard
 * (digits need Shift on a French layout, letters are not Latin on a Greek one).
 */
export function keyMeant({ key, code = "", shiftKey = false }, known = []) {
  const isKnown = (one) => known.includes(one) || keymap.keys.includes(one);
  const shifted = `Shift+${key.length === 1 ? key.toUpperCase() : key}`;
  if (shiftKey && isKnown(shifted)) return shifted;
  const lower = key.length === 1 ? key.toLowerCase() : key;
  if (isKnown(lower)) return lower;
  if (key === "=" && !shiftKey) return "+"; // the unshifted plus key of most layouts
  if (/^[a-z0-9]$/.test(lower)) return lower;
  if (key.length > 1 || key === " ") return key;
  const place = placeOf(code);
  if (!place) return key;
  return shiftKey && isKnown(`Shift+${place.toUpperCase()}`) ? `Shift+${place.toUpperCase()}` : place;
}

/** The Latin letter or the digit that stands at that place of the keyboard. */
function placeOf(code) {
  const place = /^(?:Digit|Numpad)([0-9])$|^Key([A-Z])$/.exec(code);
  return place ? (place[1] ?? place[2].toLowerCase()) : "";
}

/** The key that a person presses to have something under it; null for one that cannot be had, like Tab, F5 or one with ctrl. */
export function keyChosen(event) {
  const { key, shiftKey = false } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  if (CHOOSABLE.includes(key)) return shiftKey ? `Shift+${key}` : key;
  if ([...key].length !== 1 || /[\p{C}\p{M}]/u.test(key)) return null;
  if (!/[\p{L}\p{N}]/u.test(key)) return !shiftKey && /^[0-9]$/.test(placeOf(event.code ?? "")) ? placeOf(event.code) : key;
  const meant = keyMeant({ key, code: event.code });
  return shiftKey && /^\p{L}$/u.test(meant) ? `Shift+${meant.toUpperCase()}` : meant;
}

/** Is this key press a plain one, meant for the page: no modifier, no half-typed character, not inside a text box? */
export function isPlainPress(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return false;
  return !event.target?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog");
}

/** Ctrl+Z and its kin, outside of text boxes: the command for it, or nothing. */
export function undoMeant(event) {
  const isUndo = (event.ctrlKey || event.metaKey) && !event.altKey && ["z", "y"].includes(event.key.toLowerCase());
  if (!isUndo || event.target?.closest?.("input:not([type=checkbox], [type=radio]), textarea, [contenteditable], dialog")) return null;
  return event.shiftKey || event.key.toLowerCase() === "y" ? "doAgain" : "takeBack";
}

const NAMES = {
  " ": "space",
  Enter: "enter",
  "-": "−",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Backspace: "⌫",
  Escape: "esc",
  Delete: "del",
  Insert: "ins",
  PageUp: "page ↑",
  PageDown: "page ↓",
};

/** How a key is called where it is shown: single letters as they stand on the key. */
export function keyName(key) {
  const plain = key.replace("Shift+", "");
  const name = NAMES[plain] ?? ([...plain].length === 1 ? plain.toUpperCase() : plain.toLowerCase());
  return (key === plain ? "" : "⇧ ") + name;
}

/** Whether fingers do it here, who have no keys: sentences then say what to tap. */
export function isByTouch() {
  return document.documentElement.classList.contains("coarse-pointer");
}

/** How the key of an action is called now. */
export function nameOfKeyFor(action) {
  return keyName(keymap.keyOf(action));
}
