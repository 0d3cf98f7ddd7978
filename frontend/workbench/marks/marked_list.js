import { afterPaint } from "../frames.js";
import { KeyedChildren } from "../keyed_children.js";
import { hide, say } from "../parts.js";
import { part } from "../question_element.js";

const WHOLE = 24; // as many are shown at once
const SOME = 12; // of more, there may be thousands, as many at a time: each row costs when another part of the list is shown

/**
 * A list of what is marked, for who does not see or reach the text: each row selects, and its buttons do what keys do.
 *
 * `show(items, words, rowOf, selected)` gets any number of things; `rowOf(item)` makes those that are shown into `{id, title, quote,
 * detail, colour, isSuggested}`, `selected` is the place of the selected one. `acts(row)` lists `{name, label, run}` for a row's
 * buttons.
 */
export class MarkedList {
  #from = 0;
  #items = [];
  #selected = -1;
  #rowOf = (item) => item;
  #rows;

  constructor({ title, onSelect, acts }) {
    Object.assign(this, { title, onSelect, acts });
    this.heading = part("p", "span-list-title soft", { role: "status" });
    this.list = part("ol", "span-list");
    this.list.setAttribute("aria-label", title);
    this.#rows = new KeyedChildren(this.list);
    // pressing a row makes its question the active one, which moves the row: only once the button is up, or the press is lost
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => target.closest("button")?.focus(), true);
    this.earlier = this.#pager("Earlier ones", -1);
    this.later = this.#pager("Later ones", 1);
    this.element = part("div", "span-lists", {}, this.heading, this.earlier, this.list, this.later);
  }

  get #shown() {
    return this.#items.length > WHOLE ? SOME : WHOLE;
  }

  show(items, words, rowOf, selected = -1) {
    this.#items = items;
    this.#rowOf = rowOf;
    this.#selected = selected;
    say(this.heading, words);
    const shown = this.#shown;
    if (selected >= 0 && (selected < this.#from || selected >= this.#from + shown)) this.#from = selected - (selected % shown);
    if (this.#from >= items.length || items.length <= shown) this.#from = 0;
    this.#render();
  }

  #render() {
    const here = this.#items.slice(this.#from, this.#from + this.#shown);
    const focused = this.list.contains(document.activeElement) ? this.#placeOf(document.activeElement) : null;
    this.#rows.show(here.map(this.#rowOf).map((row) => [JSON.stringify(row), () => this.#row(row)]));
    this.#markSelected();
    if (this.list.start !== this.#from + 1) this.list.start = this.#from + 1;
    hide(this.earlier, this.#from === 0);
    hide(this.later, this.#from + this.#shown >= this.#items.length);
    if (focused && !this.list.contains(document.activeElement)) this.#focus(focused);
    if (this.#selected >= 0) afterPaint(() => this.#follow()); // to ask now where it stands would lay out the page twice
  }

  #markSelected() {
    [...this.list.children].forEach((item, index) => {
      const isSelected = this.#from + index === this.#selected;
      if (item.classList.contains("selected") === isSelected) return;
      item.classList.toggle("selected", isSelected);
      item.firstElementChild.ariaPressed = String(isSelected);
    });
  }

  /** The selected row comes into sight. */
  #follow() {
    const selected = this.list.querySelector("[aria-pressed=true]");
    if (selected) this.list.scrollTop = Math.max(0, selected.offsetTop - this.list.offsetTop - this.list.clientHeight / 2);
  }

  #row(row) {
    const { id, title, quote, detail, colour, isSuggested } = row;
    const chip = part("span", `option-chip filled option-colour-${colour}`, { textContent: isSuggested ? `${title} ?` : title });
    const words = part("q", "span-quote", { textContent: quote.length > 80 ? `${quote.slice(0, 79)}…` : quote, dir: "auto" });
    const select = part("button", "span-row", { type: "button", ariaPressed: "false" }, chip, words);
    if (detail) select.append(part("span", "soft", { textContent: detail }));
    select.addEventListener("click", () => this.onSelect(id));
    const buttons = this.acts(row).map(({ name, label, run }) => {
      const button = part("button", "button quiet small", { type: "button", textContent: name, ariaLabel: `${label}: ${quote}, ${title}` });
      button.addEventListener("click", run);
      return button;
    });
    const item = part("li", "", {}, select, ...buttons);
    item.classList.toggle("suggested", Boolean(isSuggested));
    item.dataset.span = id;
    return item;
  }

  #pager(text, direction) {
    const button = part("button", "button quiet small", { type: "button", textContent: text, hidden: true });
    button.addEventListener("click", () => {
      this.#from = Math.max(0, this.#from + direction * this.#shown);
      this.#render();
    });
    return button;
  }

  #placeOf(element) {
    const item = element.closest("li");
    return { id: item.dataset.span, index: [...this.list.children].indexOf(item), button: [...item.children].indexOf(element) };
  }

  /** The focus stays on its row; where that is gone, on the one that took its place. */
  #focus({ id, index, button }) {
    const items = [...this.list.children];
    const item = items.find((one) => one.dataset.span === id) ?? items[Math.min(index, items.length - 1)];
    (item?.children[button] ?? item?.querySelector("button"))?.focus();
  }
}
