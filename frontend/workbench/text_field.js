import { fieldKinds } from "./kinds.js";
import { TextMap } from "./spans/text_map.js";
import { findWords } from "./word_marks.js";
import { textParts } from "./text_parts.js";

const HIGHLIGHT = "suggestion-words";

/** A text to read, exactly as it is; the words that speak for a suggestion are marked without touching the text. */
export class TextField extends HTMLElement {
  #texts = [document.createTextNode("")]; // one, unless the text is long

  connectedCallback() {
    this.dir ||= "auto";
    this.append(...this.#texts);
  }

  set field({ name, title, style, direction }) {
    this.dataset.quotable = name; // what is marked here can go with a comment (elements/places.js)
    this.classList.toggle("code-text", style === "code");
    if (direction) this.dir = direction;
    if (title) this.setAttribute("aria-label", title);
  }

  set value(text) {
    const parts = textParts(text ?? "");
    if (parts.length === 1 && this.#texts.length === 1) {
      this.#texts[0].data = parts[0];
      return;
    }
    this.#texts = parts.map((part) => document.createTextNode(part));
    this.replaceChildren(...(parts.length === 1 ? this.#texts : this.#texts.map(block)));
  }

  get textMap() {
    return new TextMap(this.#texts);
  }

  set marks(words) {
    if (!globalThis.CSS?.highlights) return; // the words are listed beside the suggestion, too
    const ranges = words.length === 0 ? [] : this.#texts.flatMap((node) => findWords(node.data, words).map(rangeIn(node)));
    CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
  }
}

/** The browser lays such a block out only when it comes into sight. */
function block(text) {
  const part = Object.assign(document.createElement("span"), { className: "text-part" });
  part.append(text);
  return part;
}

function rangeIn(node) {
  return ([startOffset, endOffset]) => new StaticRange({ startContainer: node, startOffset, endContainer: node, endOffset });
}

fieldKinds.register("text", TextField);
