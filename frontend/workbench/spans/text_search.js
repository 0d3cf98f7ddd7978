import { part } from "../question_element.js";
import { findFrom } from "./find_from.js";

const HIGHLIGHT = "span-found";

/** "/": type some letters and the pick jumps there; enter takes it, arrows lead to the next. */
export class TextSearch {
  #found = null;
  #from = 0;

  constructor({ onFound, onTake, onClose }) {
    Object.assign(this, { onFound, onTake, onClose });
    this.input = part("input", "", { type: "search", autocomplete: "off", spellcheck: false, dir: "auto" });
    this.status = part("span", "soft", { role: "status" });
    this.element = part("label", "span-search", { hidden: true }, "Find in the text ", this.input, " ", this.status);
    this.input.addEventListener("input", () => this.#find(this.#from));
    this.input.addEventListener("keydown", (event) => this.#press(event));
    this.input.addEventListener("blur", () => this.#close());
  }

  open(map, from) {
    this.map = map;
    this.#from = from;
    this.#found = null;
    this.input.value = this.status.textContent = "";
    this.element.hidden = false;
    this.input.focus();
  }

  #press(event) {
    const acts = { Enter: () => this.#take(), Escape: () => this.#close(), ArrowDown: () => this.#find(this.#found?.[1] ?? this.#from) };
    if (!acts[event.key] || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  #find(from) {
    this.#found = findFrom(this.map.text, this.input.value, from);
    this.status.textContent = this.#found ? "enter takes it, ↓ finds the next" : this.input.value ? "not in the text" : "";
    this.#highlight();
    if (this.#found) this.onFound(...this.#found);
  }

  #highlight() {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.set(HIGHLIGHT, new Highlight(...(this.#found ? this.map.ranges(...this.#found) : [])));
  }

  #take() {
    const found = this.#found;
    this.#close();
    if (found) this.onTake(...found);
  }

  #close() {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#found = null;
    this.#highlight();
    this.onClose();
  }
}
