import { write } from "../frames.js";
import { KeyedChildren } from "../keyed_children.js";
import { part } from "../question_element.js";
import { arrow } from "./arrows.js";
import { placeTags, rowsOf } from "./rows.js";

const AHEAD = 300; // pixels above and below the window that are drawn, too
const ROW = 4;
const TAG_HEIGHT = 15;
const LETTER = 6.5; // about the width of one in a tag

/**
 * Draws spans over a field, and only those near the window: marks behind the text, tags and arrows before it. The text itself
 * is not touched. What it draws is for the eye; the list of spans is what others read.
 *
 * `source.items(start, end)` lists the spans that touch a piece of the text, `{id, pieces, title, colour, badge, hint, isSelected,
 * isSuggested}` with pieces in units; `source.arrows` the relations, `{from, to, title, colour, isDirected, isSuggested}`. `source.drawn()` is called when all is written,
 * for what else belongs into this frame: whoever wrote before would make the measuring dear.
 */
export class SpanPainter {
  #drawn = null; // the heights that are drawn, from the top of the card's content
  #sought = null; // a piece that is to be seen as soon as it is there
  #sight = null; // what of the text is in reach of the window; holds until something is scrolled or resized
  #rects = new Map(); // piece -> where it stands; holds until something is resized
  #sizes = ""; // of card and field when it was drawn
  #marks;
  #tags;

  constructor(card, source) {
    Object.assign(this, { card, source, map: null });
    this.marks = part("div", "span-layer span-marks", { ariaHidden: "true" });
    this.tags = part("div", "span-layer span-tags", { ariaHidden: "true" });
    card.classList.add("with-span-layers");
    card.append(this.marks, this.tags);
    this.#marks = new KeyedChildren(this.marks);
    this.#tags = new KeyedChildren(this.tags);
    this.tags.addEventListener("click", ({ target }) => {
      const id = target.closest(".span-tag")?.dataset.span;
      if (id) source.tagPressed(id);
    });
    document.addEventListener("scroll", () => this.#scrolled(), { capture: true, passive: true });
    this.resizes = new ResizeObserver(() => this.#sizesNow() !== this.#sizes && this.#moved()); // also tells how large all is at first
  }

  show(field, map) {
    this.map = map;
    this.#sought = null;
    this.field = field;
    this.#layLayers();
    this.resizes.disconnect();
    for (const one of [field, this.card]) this.resizes.observe(one);
    this.isRightToLeft = getComputedStyle(field).direction === "rtl";
    this.#moved();
  }

  /** Nothing may stand any more where it stood. */
  #moved() {
    this.#sight = null;
    this.#rects.clear();
    this.paint();
  }

  /** Draw with the next frame. */
  paint() {
    write(this, () => {
      this.#draw();
      this.source.drawn();
    });
  }

  /** Words have come into reach: what was sought among them is shown now that its place is known. */
  textDrawn() {
    this.#layLayers();
    if (this.#sought && this.map.isDrawn(this.#sought[0])) this.reveal(...this.#sought);
    this.#moved();
  }

  /** Behind a text, before a page. */
  #layLayers() {
    for (const layer of [this.marks, this.tags]) layer.classList.toggle("over-pages", this.field.isPaged ?? false);
  }

  /** Bring a piece of the text into sight. */
  reveal(start, end) {
    this.#sought = this.map.isDrawn(start) ? null : [start, end];
    const rect = this.map.rectOf(start, Math.max(end, start + 1));
    const { top, bottom } = this.#window();
    const margin = Math.min(60, (bottom - top) / 4);
    if (!rect || (rect.top >= top + margin && rect.bottom <= bottom - margin)) return;
    if (this.card.scrollHeight > this.card.clientHeight) this.card.scrollTop += rect.top - (this.#sought ? top : (top + bottom) / 2);
    else this.map.ranges(start, start + 1)[0]?.startContainer.parentElement.scrollIntoView({ block: "center" });
  }

  /** About the first unit that can be seen. */
  firstSeen() {
    const { top } = this.#window();
    const [start] = this.map.between(top, top + 1);
    if ((this.map.rectOf(start, start + 1)?.top ?? top) >= top) return start;
    const { left, right } = this.card.getBoundingClientRect();
    return this.map.unitAt((left + right) / 2, top + 40) ?? start;
  }

  /** The spans whose tags are in sight. */
  seenIds() {
    const { top, bottom } = this.#window();
    const isSeen = (tag) => tag.getBoundingClientRect().top >= top && tag.getBoundingClientRect().bottom <= bottom;
    return new Set([...this.tags.querySelectorAll(".span-tag")].filter(isSeen).map((tag) => tag.dataset.span));
  }

  /** What of the card can be seen, in the window's pixels. */
  #window() {
    const { top, bottom } = this.card.getBoundingClientRect();
    return { top: Math.max(0, top), bottom: Math.min(innerHeight, bottom) };
  }

  #scrolled() {
    this.#sight = null;
    if (!this.map || !this.#drawn) return;
    const { top } = this.card.getBoundingClientRect();
    const seen = this.#window();
    const shift = this.card.scrollTop - top;
    if (seen.top + shift < this.#drawn.top || seen.bottom + shift > this.#drawn.bottom) this.paint();
  }

  #draw() {
    if (!this.map || !this.card.isConnected) return;
    this.#sight ??= this.#look();
    this.#sizes = this.#sizesNow();
    const { start, end } = this.#sight;
    const placed = this.source.items(start, end).map((item) => this.#place(item)).filter(({ rects }) => rects.length > 0);
    // all is measured: from here on the page is only written
    const rows = rowsOf(placed.map(({ bounds }) => bounds));
    const order = placed.map((_, index) => index).sort((a, b) => rows[b] - rows[a]);
    this.#marks.show(order.flatMap((index) => marks(placed[index], rows[index])));
    this.#tags.show([...this.#arrows(placed), ...this.#tagsOf(placed)]);
  }

  #look() {
    const box = this.card.getBoundingClientRect();
    const origin = { x: box.left + this.card.clientLeft - this.card.scrollLeft, y: box.top + this.card.clientTop - this.card.scrollTop };
    const seen = this.#window();
    const [start, end] = this.map.between(seen.top - AHEAD, seen.bottom + AHEAD);
    const shift = this.card.scrollTop - box.top;
    this.#drawn = { top: seen.top + shift - AHEAD / 2, bottom: seen.bottom + shift + AHEAD / 2 };
    const right = this.isRightToLeft ? this.card.scrollWidth : 0;
    return { start, end, origin, width: box.width, right };
  }

  #sizesNow() {
    return [this.card, this.field].map(({ offsetWidth, offsetHeight }) => `${offsetWidth} ${offsetHeight}`).join();
  }

  #place(item) {
    const { start, end } = this.#sight;
    const pieces = item.pieces.map(([from, to]) => [Math.max(from, start), Math.min(to, end)]).filter(([from, to]) => from < to);
    return { item, rects: pieces.flatMap((piece) => this.#rectsOf(piece)), bounds: [item.pieces[0][0], item.pieces.at(-1)[1]] };
  }

  /** Where a piece of the text stands on the card: to ask is dear, and most pieces stay where they are. */
  #rectsOf([from, to]) {
    const key = `${from}-${to}`;
    if (!this.#rects.has(key)) {
      const { origin } = this.#sight;
      this.#rects.set(key, this.map.rectsOf(from, to).map(({ left, top, width, height }) => ({ x: left - origin.x, y: top - origin.y, width: Math.max(width, 2), height })));
    }
    return this.#rects.get(key);
  }

  #tagsOf(placed) {
    const { right } = this.#sight;
    const wanted = placed.map(({ item, rects: [rect] }) => {
      const text = `${item.title}${item.isSuggested ? " ?" : ""}`;
      const letters = text.length + (item.badge ? item.badge.length + 1 : 0) + (item.hint ? 3 : 0);
      const x = this.isRightToLeft ? right - rect.x - rect.width : rect.x;
      return { item, text, x, y: rect.y, width: letters * LETTER + 12 };
    });
    return placeTags(wanted).map((one) => [JSON.stringify(one), () => this.#tag(one)]);
  }

  #tag({ item, text, x, y, width }) {
    const tag = part("span", `span-tag option-colour-${item.colour}`, {}, part("span", "span-tag-title", { textContent: text }));
    tag.dataset.span = item.id;
    tag.classList.toggle("selected", item.isSelected);
    tag.classList.toggle("suggested", item.isSuggested);
    if (item.badge) tag.append(part("span", "span-tag-badge", { textContent: item.badge }));
    if (item.hint) tag.append(part("kbd", "key", { textContent: item.hint.toUpperCase() }));
    tag.style.top = `${y - TAG_HEIGHT}px`;
    tag.style.left = this.isRightToLeft ? `${this.#sight.right - x - width}px` : `${x}px`;
    tag.style.width = `${width}px`;
    return tag;
  }

  /** Arrows between spans; one end may be out of sight, then the arrow leads there. */
  #arrows(placed) {
    const { origin, start, width } = this.#sight;
    const points = new Map(placed.map(({ item, rects: [rect] }) => [item.id, { x: rect.x + rect.width / 2, y: rect.y - TAG_HEIGHT }]));
    const outside = (unit) => ({ x: width / 2, y: (unit < start ? -AHEAD : innerHeight + AHEAD) - origin.y });
    const seen = this.source.arrows.filter(({ from, to }) => points.has(from) || points.has(to));
    return seen.flatMap((one) => {
      const ends = [one.from, one.to].map((id) => points.get(id) ?? outside(this.source.unitOf(id)));
      const key = JSON.stringify([one, ends]);
      return arrow(one, ...ends).map((element, index) => [`${key} ${index}`, () => element]);
    });
  }
}

function marks({ item, rects }, row) {
  const { id, colour, isSelected, isSuggested } = item;
  return rects.map(({ x, y, width, height }) => {
    const make = () => {
      const mark = part("div", `span-mark option-colour-${colour}`);
      mark.classList.toggle("selected", isSelected);
      mark.classList.toggle("suggested", isSuggested);
      Object.assign(mark.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height + row * ROW}px` });
      return mark;
    };
    return [[id, colour, isSelected, isSuggested, x, y, width, height, row].join(" "), make];
  });
}
