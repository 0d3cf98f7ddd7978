import { fieldKinds } from "./kinds.js";
import { TextMap } from "./spans/text_map.js";
import { textParts } from "./text_parts.js";
import { pointOut } from "./word_marks.js";

/** A text to read, exactly as it is; the words that speak for a suggestion are marked without touching the text. */
export class TextField extends HTMLElement {
  #texts = [document.createTextNode("")]; // one, unless the text is long

  connectedCallback() {
    this.dir ||= "auto";
    if (!this.firstChild) this.append(...this.#texts);
  }

  set field({ name, title, style, direction }) {
    this.dataset.quotable = name; // what is marked here can go with a comment (elements/places.js)
    this.classList.toggle("code-text", style === "code");
    if (direction) this.dir = direction;
    if (title) this.setAttribute("aria-label", title);
  }

  set value(text) {
    const parts = textParts(text ?? "");
    const isInBlocks = parts.length > 1;
    if (isInBlocks !== this.#texts.length > 1) this.#texts = [];
    this.#texts.splice(parts.length).forEach((node) => (isInBlocks ? node.parentElement : node).remove());
    this.#texts.forEach((node, index) => (node.data = parts[index])); // what stays is laid out once: new blocks are twice
    const more = parts.slice(this.#texts.length).map((part) => document.createTextNode(part));
    const elements = isInBlocks ? more.map(block) : more;
    if (this.#texts.length === 0) this.replaceChildren(...elements);
    else this.append(...elements);
    this.#texts.push(...more);
  }

  get textMap() {
    return new TextMap([...this.#texts]);
  }

  set marks(words) {
    pointOut(this, this.#texts, words);
  }
}

/** The browser lays such a block out only when it comes into sight. */
function block(text) {
  const part = Object.assign(document.createElement("span"), { className: "text-part" });
  part.append(text);
  return part;
}

fieldKinds.register("text", TextField);
