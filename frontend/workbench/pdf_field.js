import { keymap } from "./keymap.js";
import { fieldKinds } from "./kinds.js";
import { PageMap } from "./pages/page_map.js";
import { PdfPage } from "./pages/pdf_page.js";
import { remember, remembered } from "./panels.js";
import { part } from "./question_element.js";
import { isPlainPress, keyMeant, nameOfKeyFor } from "./shortcuts.js";
import { CodePoints } from "./spans/code_points.js";
import { pointOut } from "./word_marks.js";

const MOST_DRAWN = 30; // pages that hold their words and pictures at once
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const USUAL_ZOOM = 2;
const NO_TEXT = "There is no text in this PDF: its pages are pictures. Nothing in them can be marked, found or copied.";

/**
 * The pages of a PDF one under the other, each a picture with its words over it. The words are what offsets count and what is marked.
 * Emits `text-drawn` whenever a page has come into reach.
 */
export class PdfField extends HTMLElement {
  #pages = [];
  #drawn = []; // pages in the order in which they came near
  #zoom = Math.min(ZOOMS.length - 1, Math.max(0, Number(remembered("page-zoom", USUAL_ZOOM)) || 0));
  #marked = [];
  #isTold = false;
  hasPages = true;
  bar = this.#makeBar();
  note = part("p", "notice warning pdf-notice", { textContent: NO_TEXT, hidden: true });
  list = part("div", "pdf-pages");

  connectedCallback() {
    if (!this.list.isConnected) this.append(this.bar, this.note, this.list);
    document.addEventListener("keydown", this.#press, { capture: true });
    document.addEventListener("scroll", this.#scrolled, { capture: true, passive: true });
    this.addEventListener("copy", this.#copy);
    this.#observe();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#press, { capture: true });
    document.removeEventListener("scroll", this.#scrolled, { capture: true });
    this.removeEventListener("copy", this.#copy);
    this.near?.disconnect();
  }

  set field({ name, title }) {
    this.fieldName = name;
    if (title) this.setAttribute("aria-label", title);
  }

  set value(pdf) {
    const text = pdf?.text ?? "";
    const points = new CodePoints(text);
    const starts = (pdf?.pages ?? []).map(({ start }) => points.toUnit(start));
    this.#drawn = [];
    this.#pages = starts.map((start, index) => this.#page(pdf, index, { start, text: text.slice(start, starts[index + 1] ?? text.length), points }));
    this.textMap = new PageMap(text, this.#pages);
    this.list.replaceChildren(...this.#pages.map(({ element }) => element));
    this.note.hidden = !pdf || text !== "";
    this.number.max = this.#pages.length;
    this.bar.querySelector("[data-part=count]").textContent = `of ${this.#pages.length.toLocaleString()}`;
    this.bar.ariaLabel = `Pages of ${pdf?.name || "the PDF"}`;
    this.bar.querySelector("[data-part=name]").textContent = pdf?.name ?? "";
    this.#showPlace(0);
    this.#setZoom(this.#zoom);
    this.#observe();
  }

  /** Words to point out; those of pages that come later are marked when they come. */
  set marks(words) {
    this.#marked = words;
    pointOut(this, words.length === 0 ? [] : this.#pages.flatMap((page) => page.words.map(({ node }) => node)), words);
  }

  #page({ pages, address }, index, place) {
    return new PdfPage({ number: index + 1, count: pages.length, address, ...pages[index], ...place, onDrawn: () => this.#tell() });
  }

  /** Whether marks stand before it, for its pages are opaque. */
  get isPaged() {
    return !this.list.classList.contains("as-text");
  }

  // --- what is near the window ------------------------------------------------------------------------------------------

  #observe() {
    this.near?.disconnect();
    if (!this.isConnected) return;
    const root = this.closest(".wb-card");
    this.near = new IntersectionObserver((seen) => this.#came(seen), { root, rootMargin: "100% 0px" });
    for (const { element } of this.#pages) this.near.observe(element);
  }

  #came(seen) {
    for (const { target, isIntersecting } of seen) {
      const page = this.#pages.find(({ element }) => element === target);
      if (!page) continue;
      this.#drawn = this.#drawn.filter((other) => other !== page);
      if (isIntersecting) this.#drawn.push(page);
      else this.#drawn.unshift(page);
      if (isIntersecting) page.draw();
    }
    while (this.#drawn.length > MOST_DRAWN) this.#drawn.shift().rest();
  }

  /** Several pages often come at once: who draws over them is told once. */
  #tell() {
    if (this.#isTold) return;
    this.#isTold = true;
    requestAnimationFrame(() => {
      this.#isTold = false;
      if (this.#marked.length > 0) this.marks = this.#marked;
      this.dispatchEvent(new CustomEvent("text-drawn"));
    });
  }

  // --- going from page to page ------------------------------------------------------------------------------------------

  get #here() {
    if (!this.isConnected) return 0;
    const { top } = this.parentElement.getBoundingClientRect();
    const line = Math.max(0, top) + innerHeight / 3;
    const index = this.#pages.findLastIndex(({ element }) => element.getBoundingClientRect().top <= line);
    return Math.max(0, index);
  }

  #goTo(index) {
    const page = this.#pages[Math.min(this.#pages.length - 1, Math.max(0, index))];
    if (!page) return;
    const card = this.parentElement;
    const [{ top }, room] = [page.element.getBoundingClientRect(), this.bar.offsetHeight + 8];
    if (card.scrollHeight > card.clientHeight) card.scrollTop += top - card.getBoundingClientRect().top - room;
    else scrollBy(0, top - room);
    this.#showPlace(page.number - 1);
  }

  #scrolled = () => this.isConnected && !this.hidden && this.#showPlace(this.#here);

  #showPlace(index) {
    if (document.activeElement !== this.number) this.number.value = String(index + 1);
  }

  #press = (event) => {
    if (this.hidden || this.#pages.length === 0 || this.inert || !this.checkVisibility()) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyG") {
      event.preventDefault();
      return this.number.select();
    }
    if (!isPlainPress(event)) return;
    const acts = {
      "pages.next": () => this.#goTo(this.#here + 1),
      "pages.former": () => this.#goTo(this.#here - 1),
      larger: () => this.#setZoom(this.#zoom + 1),
      smaller: () => this.#setZoom(this.#zoom - 1),
    };
    const key = keyMeant(event, this.actions.map((name) => keymap.keyOf(name)));
    const name = Object.keys(acts).find((one) => keymap.keyOf(one) === key);
    if (!name) return;
    acts[name]();
    if (this.actions.includes(name)) event.preventDefault(); // larger and smaller are for texts beside it, too
  };

  get actions() {
    return keymap.toolsOf("pages");
  }

  /** The person has chosen other keys. */
  giveKeys() {
    for (const { dataset, firstChild } of this.bar.querySelectorAll("[data-action]")) firstChild.textContent = nameOfKeyFor(dataset.action);
  }

  #setZoom(zoom) {
    const here = this.#here;
    this.#zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom));
    this.style.setProperty("--page-zoom", ZOOMS[this.#zoom]);
    remember("page-zoom", this.#zoom);
    this.bar.querySelector("[data-part=zoom]").textContent = `${ZOOMS[this.#zoom] * 100} %`;
    if (here > 0) this.#goTo(here);
  }

  #showText(isText) {
    const here = this.#here;
    this.list.classList.toggle("as-text", isText);
    this.bar.querySelector("[data-part=as-text]").ariaPressed = String(isText);
    this.#goTo(here);
    this.#tell();
  }

  /** Words stand each by themselves: what is copied is the text as it is counted. */
  #copy = (event) => {
    const selection = getSelection();
    if (selection.isCollapsed || !this.textMap) return;
    const [start, end] = this.textMap.unitsOf(selection.getRangeAt(0));
    event.clipboardData.setData("text/plain", this.textMap.text.slice(start, end));
    event.preventDefault();
  };

  #makeBar() {
    this.number = part("input", "pdf-number", { type: "number", min: 1, value: "1", inputMode: "numeric", ariaLabel: "Page" });
    this.number.setAttribute("aria-keyshortcuts", "Alt+G");
    this.number.addEventListener("keydown", (event) => {
      if (!["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      this.closest("main")?.focus({ preventScroll: true });
      if (event.key === "Enter") this.#goTo(Number(this.number.value) - 1);
    });
    this.number.addEventListener("change", () => this.#goTo(Number(this.number.value) - 1));
    const asText = button("Text", "", "Show the text alone", () => this.#showText(!this.list.classList.contains("as-text")));
    Object.assign(asText, { ariaPressed: "false" }).dataset.part = "as-text";
    const jump = part("label", "pdf-jump", {}, key("alt G"), this.number, part("span", "soft", {}));
    jump.lastChild.dataset.part = "count";
    const zoom = part("span", "pdf-zoom soft");
    zoom.dataset.part = "zoom";
    const name = part("span", "pdf-name soft", { dir: "auto" });
    name.dataset.part = "name";
    return part(
      "div", "pdf-bar", { role: "toolbar" },
      button("▲", "pages.former", "To the page before", () => this.#goTo(this.#here - 1)),
      button("▼", "pages.next", "To the next page", () => this.#goTo(this.#here + 1)),
      jump,
      button("−", "", "Smaller pages", () => this.#setZoom(this.#zoom - 1)),
      zoom,
      button("+", "", "Larger pages", () => this.#setZoom(this.#zoom + 1)),
      asText,
      name,
    );
  }
}

function button(text, action, label, run) {
  const made = part("button", "button quiet small", { type: "button", title: label, ariaLabel: label });
  if (action) made.append(key(nameOfKeyFor(action)));
  if (action) made.dataset.action = action;
  made.append(part("span", "", { textContent: text }));
  made.addEventListener("click", run);
  return made;
}

function key(name) {
  return part("kbd", "key", { textContent: name, ariaHidden: "true" });
}

fieldKinds.register("pdf", PdfField);
