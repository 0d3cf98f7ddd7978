import { part } from "./question_element.js";
import { hide, say } from "./parts.js";

/** A line of the list of options. It is made once and shows one option after the other: a list made anew with each letter would be slow. */
export class TreeRow {
  #title = part("span", "tree-title");
  #suggested = part("span", "suggested-mark", { textContent: "suggested", hidden: true });
  #path = part("span", "tree-path", { hidden: true });
  #more = part("span", "tree-more", { textContent: "→", ariaLabel: "group", hidden: true });
  #code = part("span", "tree-code", { hidden: true });

  constructor(id) {
    this.element = part("li", "tree-row", { id, dir: "auto" }, this.#title, this.#suggested, this.#path, this.#more, this.#code);
    this.element.setAttribute("role", "option");
  }

  /** `code` and `path` are "" where they are not shown. */
  show({ title, path, code, help, isGroup, isSuggested, isChosen, isMarked }) {
    const { element } = this;
    say(this.#title, title);
    say(this.#path, path);
    if (this.#code.textContent !== code) Object.assign(this.#code, { textContent: code, title: `Type ${code} and press Enter from anywhere` });
    hide(this.#suggested, !isSuggested);
    hide(this.#path, path === "");
    hide(this.#more, !isGroup);
    hide(this.#code, code === "");
    if (element.ariaSelected !== String(isChosen)) element.ariaSelected = String(isChosen);
    element.classList.toggle("marked", isMarked);
    if (help) element.dataset.help = help;
    else delete element.dataset.help;
  }
}
