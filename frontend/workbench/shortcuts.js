/**
 * Keys the workbench keeps for itself; an option never gets one of these. `name` is what a control shows, `command` what it
 * calls; `aboutTask` commands mean the task that was on screen when the key was pressed. One that `yields` goes to an option that
 * asks for it by name.
 */
export const RESERVED = new Map(
  Object.entries({
    " ": { name: "space", command: "accept", aboutTask: true, does: "Accept the suggestion" },
    Enter: { name: "enter", command: "submit", aboutTask: true, does: "Submit and go on" },
    u: { name: "u", command: "undo", does: "Undo the last answer or skip" },
    s: { name: "s", command: "skip", aboutTask: true, does: "Skip this one, with a reason" },
    f: { name: "f", command: "flag", aboutTask: true, does: "Flag this one, or take the flag back" },
    c: { name: "c", command: "comment", aboutTask: true, does: "Comment on this one" },
    g: { name: "g", command: "guideline", does: "Show or fold the guideline" },
    "!": { name: "!", command: "ask", aboutTask: true, does: "Ask what the guideline leaves open" },
    ArrowLeft: { name: "←", command: "older", does: "Back through your own answers" },
    ArrowRight: { name: "→", command: "newer", does: "Forward again" },
    z: { name: "z", command: "takeBack", aboutTask: true, yields: true, does: "Take back the last change here (also ctrl z)" },
    "Shift+Z": { name: "Z", command: "doAgain", aboutTask: true, does: "Do again what was taken back (also ctrl shift z)" },
    "]": { name: "]", command: "nextQuestion", aboutTask: true, does: "On to the next question" },
    "[": { name: "[", command: "formerQuestion", aboutTask: true, does: "Back to the question before" },
    ArrowDown: { name: "↓", command: "scrollDown", does: "Further down in a long text" },
    ArrowUp: { name: "↑", command: "scrollUp", does: "Back up in a long text" },
    "+": { name: "+", command: "larger", does: "Larger text" },
    "-": { name: "−", command: "smaller", does: "Smaller text" },
    "?": { name: "?", command: "help", does: "Show all keys" },
    Escape: { name: "esc", command: "close", does: "Close, or return to the open task" },
  }),
);

/** Only where tasks are covered, so that everywhere else an option may have the key. Call it before keys are given out. */
export function reserveCoverKey() {
  RESERVED.set("v", { name: "v", command: "cover", aboutTask: true, does: "Show what is covered, or cover it again" });
}

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"].filter((letter) => !RESERVED.has(letter));
const FREE_KEYS = [..."1234567890", ...LETTERS];

/**
 * Give each option a key: its own where it asks for a free one, else the next of 1-9, 0 and the letters that are left.
 * Past those an option has none ("") and is chosen by pointer or Tab. The question's own keys are never given out.
 */
export function assignKeys(options, ownKeys = []) {
  const taken = new Set(ownKeys);
  const keys = options.map(({ key }) => {
    const wanted = typeof key === "string" ? key.toLowerCase() : "";
    const isKept = RESERVED.has(wanted) && !RESERVED.get(wanted).yields;
    if ([...wanted].length !== 1 || isKept || taken.has(wanted)) return "";
    taken.add(wanted);
    return wanted;
  });
  const left = FREE_KEYS.filter((key) => !taken.has(key) && !RESERVED.has(key));
  return keys.map((key) => key || left.shift() || "");
}

/**
 * The key a person means, whatever their layout: `event.key` where it is a plain letter, digit or named key or one of the
 * keys in `known` (which may begin with "Shift+"), else the place on the keyboard (digits need Shift on a French layout, letters are not Latin on a Greek one).
 */
export function keyMeant({ key, code = "", shiftKey = false }, known = []) {
  const shifted = `Shift+${key.length === 1 ? key.toUpperCase() : key}`;
  if (shiftKey && (known.includes(shifted) || RESERVED.has(shifted))) return shifted;
  if (known.includes(key.toLowerCase())) return key.toLowerCase();
  if ("?!+-[]".includes(key)) return key;
  if (key === "=" && !shiftKey) return "+"; // the unshifted plus key of most layouts
  if (/^[a-z0-9]$/i.test(key)) return key.toLowerCase();
  if (key.length > 1 || key === " ") return key;
  const place = /^(?:Digit|Numpad)([0-9])$|^Key([A-Z])$/.exec(code);
  return place ? (place[1] ?? place[2].toLowerCase()) : key;
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

const NAMES = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Backspace: "⌫", Escape: "esc", Delete: "del" };

/** How a key is called where keys are listed. */
export function keyName(key) {
  const plain = key.replace("Shift+", "");
  return (key === plain ? "" : "⇧ ") + (NAMES[plain] ?? plain.toLowerCase());
}
