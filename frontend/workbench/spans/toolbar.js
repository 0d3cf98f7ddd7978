import { part } from "../question_element.js";
import { keyName } from "../shortcuts.js";

/**
 * What can be done besides labelling, by key and by button alike. An act is `{key, name, label, run, isOffered, isPressed}`: without
 * a name it has no button, without a key none on the keyboard.
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
    return this.offered.filter(({ key }) => key).map(({ key, name, label, run, repeats }) => ({ key, label: label ?? name, run, repeats }));
  }

  show() {
    for (const { act, button } of this.#buttons) {
      const isHidden = !(act.isOffered?.() ?? true);
      if (button.hidden !== isHidden) button.hidden = isHidden;
      if (act.isPressed) button.ariaPressed = String(act.isPressed());
    }
  }
}

function button({ key, name, label, run }) {
  const made = part("button", "button quiet small", { type: "button", title: label ?? name });
  if (key) made.append(part("kbd", "key", { textContent: keyName(key).toUpperCase(), ariaHidden: "true" }));
  if (key) made.setAttribute("aria-keyshortcuts", key);
  made.append(part("span", "", { textContent: name }));
  made.addEventListener("click", run);
  return made;
}
