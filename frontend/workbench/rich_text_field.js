import { fieldKinds } from "./kinds.js";
import { part } from "./question_element.js";
import { documentElement } from "./rich_document.js";
import { DocumentMap } from "./spans/document_map.js";
import { findWords } from "./word_marks.js";

const HIGHLIGHT = "suggestion-words";
const STYLE = "display: flow-root; color-scheme: light dark; font: 17px/1.55 system-ui, sans-serif; margin: 0; overflow-wrap: anywhere";

/**
 * A document to read. To read only, it is HTML that the server has sanitized, in a frame that may do nothing: no scripts, no forms, no
 * way out. Where places in it are marked it comes as `{text, nodes}` and is built here node by node, so that it is the very text
 * that the server counts; a `remark` says why it is not laid out. Links open nowhere by themselves. The frame is as high as what it shows, up to a point, then scrolls.
 */
export class RichTextField extends HTMLElement {
  #frame = Object.assign(document.createElement("iframe"), { className: "rich-text-frame", loading: "eager" });
  #widths = new ResizeObserver(() => this.#fit()); // lines break elsewhere
  #texts = [];

  connectedCallback() {
    this.#frame.setAttribute("sandbox", "allow-same-origin"); // only so that its height can be read; scripts stay forbidden
    this.#widths.observe(this);
  }

  set field({ title, name }) {
    this.fieldName = name;
    this.#frame.title = title || name;
    if (title) this.setAttribute("aria-label", title);
  }

  set value(value) {
    if (value && typeof value === "object") this.#showDocument(value);
    else this.#showFrame(value ?? "");
  }

  #showDocument(value) {
    const { element, texts, starts, text } = documentElement(value);
    this.#texts = texts;
    this.textMap = new DocumentMap(texts, { starts, text });
    this.dataset.quotable = this.fieldName; // what is marked here can go with a comment (elements/places.js)
    this.replaceChildren(...(value.remark ? [part("p", "rich-remark", { textContent: value.remark })] : []), element);
  }

  #showFrame(html) {
    this.#texts = [];
    this.textMap = undefined;
    delete this.dataset.quotable;
    this.#frame.onload = () => this.#fit();
    this.#frame.srcdoc = `<!doctype html><meta charset="utf-8"><base target="_blank"><body class="rich-text">${html}</body>`;
    if (this.#frame.parentElement !== this) this.replaceChildren(this.#frame);
  }

  /** Words that speak for a suggestion; in a frame they are listed beside it only. */
  set marks(words) {
    if (!globalThis.CSS?.highlights || this.#texts.length === 0) return;
    const found = words.length === 0 ? [] : this.#texts.flatMap((node) => findWords(node.data, words).map((place) => ({ node, place })));
    const ranges = found.map(({ node, place: [start, end] }) => new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }));
    CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
  }

  /** Styles go through the CSSOM: the policy of the page refuses them in the HTML. */
  #fit() {
    const body = this.#frame.contentDocument?.body;
    if (!body) return;
    body.style.cssText = STYLE;
    body.style.color = getComputedStyle(this).color;
    this.#frame.style.height = "";
    this.#frame.style.height = `${Math.min(body.scrollHeight + 8, 1200)}px`;
  }
}

fieldKinds.register("rich_text", RichTextField);
