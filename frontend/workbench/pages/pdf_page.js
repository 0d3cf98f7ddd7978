import { part } from "../question_element.js";
import { TextMap } from "../spans/text_map.js";

const LETTER_HEIGHT = 0.87; // of a word's box: a font is about that much smaller than the room it takes
const TRY_AGAIN_MS = 3_000;
const pen = document.createElement("canvas").getContext("2d");

/**
 * One page: its picture, and over it its words, which nobody sees but everybody can mark and screen readers read. What it needs it
 * fetches when it comes near the window (`draw`) and forgets when it is far away (`rest`); it keeps its size and its number.
 */
export class PdfPage {
  #words = part("div", "pdf-words");
  #note = part("p", "pdf-note soft", { hidden: true });
  #state = "resting";
  words = []; // {node, box, start, element}; boxes in points from the upper left corner

  /** `start` and `end` are its part of the text, in units; `address` is where its files lie, without one there is no picture. */
  constructor({ number, count, width, height, start, text, points, address, onDrawn }) {
    Object.assign(this, { number, width, height, start, text, points, address, onDrawn, end: start + text.length });
    this.picture = part("img", "pdf-picture", { alt: text.trim() ? "" : `Page ${number}: a picture without text`, decoding: "async", draggable: false });
    this.element = part("section", "pdf-page", { ariaLabel: `Page ${number} of ${count}` }, this.picture, this.#words, this.#note);
    this.element.style.setProperty("--page-ratio", `${width} / ${height}`);
    this.picture.addEventListener("error", () => this.#notDrawn());
    this.map = new TextMap([]);
  }

  get isDrawn() {
    return this.#state === "drawn";
  }

  /** Fetch and show; does nothing where that has been done. */
  async draw() {
    if (this.#state !== "resting") return;
    this.#state = "fetching";
    if (this.address) this.picture.src = `${this.address}${this.number}.webp`;
    const words = await this.#fetchWords();
    if (this.#state !== "fetching") return;
    this.#show(words);
    this.#state = "drawn";
    this.onDrawn();
  }

  rest() {
    if (this.#state === "resting") return;
    this.#state = "resting";
    this.picture.removeAttribute("src");
    this.#words.replaceChildren();
    this.words = [];
    this.map = new TextMap([]);
  }

  /** The words between two heights, in points from the upper edge. */
  wordsBetween(top, bottom) {
    return this.words.filter(({ box }) => box && box.y + box.height >= top && box.y <= bottom);
  }

  async #fetchWords() {
    if (!this.address || !this.text.trim()) return null;
    try {
      const response = await fetch(`${this.address}${this.number}.json`);
      return response.ok ? (await response.json()).words : null;
    } catch {
      return null; // off line: the text itself is there
    }
  }

  /** Each word is a node of its own with the blanks behind it, so that the nodes together are the text. */
  #show(places) {
    this.element.classList.toggle("as-text", places === null && this.text.trim() !== "");
    const starts = (places ?? [[0, 0]]).map(([offset]) => this.points.toUnit(this.points.toPoint(this.start) + offset) - this.start);
    this.words = starts.map((start, index) => {
      const node = document.createTextNode(this.text.slice(start, starts[index + 1] ?? this.text.length));
      const box = places ? boxOf(places[index]) : null;
      return { node, box, start: this.start + start, element: this.#place(node, box) };
    });
    this.#words.replaceChildren(...this.words.map(({ element }) => element));
    this.map = new TextMap(this.words.map(({ node }) => node), { starts: this.words.map(({ start }) => start) });
  }

  #place(node, box) {
    const element = part("span", "pdf-word", {}, node);
    if (!box) return element;
    const [across, down] = [100 / this.width, 100 / this.height];
    const size = box.height * LETTER_HEIGHT;
    const { style } = element;
    Object.assign(style, { left: `${box.x * across}%`, top: `${box.y * down}%`, height: `${box.height * down}%` });
    style.fontSize = `${size * across}cqw`;
    style.lineHeight = `${box.height * across}cqw`;
    pen.font = "100px Arimo, Arial, sans-serif";
    const natural = (pen.measureText(node.data.trimEnd()).width / 100) * size;
    if (natural > 0 && box.width > 0) style.transform = `scaleX(${box.width / natural})`;
    return element;
  }

  /** Another page may be drawn first; a page that cannot be drawn is read as text. */
  #notDrawn() {
    if (this.#state === "resting" || !this.picture.getAttribute("src")) return;
    const address = this.picture.src;
    if (!this.hasTriedAgain) {
      this.hasTriedAgain = true;
      this.picture.removeAttribute("src");
      setTimeout(() => this.#state !== "resting" && (this.picture.src = address), TRY_AGAIN_MS);
      return;
    }
    this.#note.textContent = this.text.trim() ? "This page could not be drawn: this is its text." : "This page could not be drawn, and it has no text.";
    this.#note.hidden = false;
    this.element.classList.add("as-text");
    this.onDrawn();
  }
}

function boxOf([, , x, y, width, height]) {
  return { x, y, width, height };
}
