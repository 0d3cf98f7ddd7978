import { fieldKinds } from "./kinds.js";
import { part } from "./question_element.js";
import { documentElement } from "./rich_document.js";
import { DocumentMap } from "./spans/document_map.js";
import { pointOut } from "./word_marks.js";

const STYLE = "display: flow-root; font: 17px/1.55 system-ui, sans-serif; margin: 0; overflow-wrap: anywhere";

/**
 * A document to read. To read only, it is HTML that the server has sanitized, in a frame that may do nothing: no scripts, no forms, no
 * way out. Where places in it are marked it comes as `{text, nodes}` and is built here node by node, so that it is the very text
 * that the server counts; a `remark` says why it is not laid out. Links open nowhere by themselves. The frame is as high as what it shows, up to a point, then scrolls.
 */
export class RichTextField extends HTMLElement {
  #frame = Object.assign(document.createElement("iframe"), { className: "rich-text-frame", loading: "eager" });
  #widths = new ResizeObserver(() => this.#fit()); // lines break elsewhere
  #isLoaded = false; // is what the frame shows this task's?
  #texts = [];
  #words = [];

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
    this.#isLoaded = false;
    this.#frame.onload = () => this.#loaded();
    this.#frame.srcdoc = `<!doctype html><meta charset="utf-8"><base target="_blank"><body class="rich-text">${html}</body>`;
    if (this.#frame.parentElement !== this) this.replaceChildren(this.#frame);
  }

  set marks(words) {
    this.#words = words;
    if (this.textMap) pointOut(this, this.#texts, words);
    else if (this.#isLoaded) this.#pointOutInFrame();
  }

  #loaded() {
    this.#isLoaded = true;
    this.#fit();
    this.#pointOutInFrame();
  }

  #pointOutInFrame() {
    const { contentDocument, contentWindow } = this.#frame;
    if (!contentDocument?.body || this.#words.length === 0) return pointOut(this, [], []);
    const sheet = new contentWindow.CSSStyleSheet();
    sheet.replaceSync(`::highlight(suggestion-words) { background-color: ${getComputedStyle(this).getPropertyValue("--highlight")}; text-decoration: underline dotted 2px; }`);
    contentDocument.adoptedStyleSheets = [sheet];
    const walker = contentDocument.createTreeWalker(contentDocument.body, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    pointOut(this, nodes, this.#words, contentWindow);
  }

  /** Styles go through the CSSOM: the policy of the page refuses them in the HTML. */
  #fit() {
    const body = this.#frame.contentDocument?.body;
    if (!body) return;
    const here = getComputedStyle(this);
    body.style.cssText = STYLE;
    body.style.color = here.getPropertyValue("--ink"); // a light-dark(), so it follows the system's theme
    body.parentElement.style.colorScheme = here.colorScheme; // of another scheme than the page's the frame would be opaque
    this.#frame.style.height = "";
    this.#frame.style.height = `${Math.min(body.scrollHeight + 8, 1200)}px`;
  }
}

fieldKinds.register("rich_text", RichTextField);
