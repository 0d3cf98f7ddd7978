import { keymap } from "../keymap.js";
import { hide } from "../parts.js";
import { part } from "../question_element.js";
import { nameOfKeyFor } from "../shortcuts.js";

/**
 * What can be done besides labelling, by key and by button alike. An act is `{action, key, name, run, isOffered, isPressed}`: without a
 * name it has no button; its key is that of the action, which also says what it does, or, for a second one, its own.
 */
export class Toolbar {
  #buttons;

  constructor(acts) {
    this.acts = acts;
    this.#buttons = acts.filter(({ name }) => name).map((act) => ({ act, button: button(act) }));
    this.element = part("div", "span-tools", {}, ...this.#buttons.map(({ button }) => button));
    this.element.addEventListener("mousedown", (event) => event.preventDefault()); // the words stay marked
  }

  get offered() {
    return this.acts.filter(({ isOffered }) => isOffered?.() ?? true);
  }

  get shortcuts() {
    return this.offered.filter(({ action }) => action).map(({ action, key, run, repeats }) => shortcutFor(action, { key, run, repeats }));
  }

  giveKeys() {
    for (const { act, button } of this.#buttons) showKey(button, act);
  }

  show() {
    for (const { act, button } of this.#buttons) {
      hide(button, !(act.isOffered?.() ?? true));
      if (act.isPressed && button.ariaPressed !== String(act.isPressed())) button.ariaPressed = String(act.isPressed());
    }
  }
}

/** A key press that does an action of a question. */
export function shortcutFor(action, { key = keymap.keyOf(action), run, repeats }) {
  return { key, label: keymap.action(action).does, run, repeats };
}

function button({ action, name, run, isForKeys }) {
  const made = part("button", `button quiet small${isForKeys ? " only-keys" : ""}`, { type: "button", title: action ? keymap.action(action).does : name });
  if (action) made.append(part("kbd", "key", { ariaHidden: "true" }));
  made.append(part("span", "", { textContent: name }));
  showKey(made, { action });
  made.addEventListener("click", run);
  return made;
}

function showKey(button, { action }) {
  if (!action) return;
  button.setAttribute("aria-keyshortcuts", keymap.keyOf(action));
  button.firstChild.textContent = nameOfKeyFor(action);
}
