import { write } from "./frames.js";
import { questionKinds } from "./kinds.js";
import { say } from "./parts.js";
import { QuestionElement, part } from "./question_element.js";
import { TreeRow } from "./tree_row.js";
import { findNodes, listNodes } from "./tree_search.js";

const SHOWN = 30;
let count = 0;

/**
 * An option out of a tree of thousands: type a few letters and press Enter, or walk the tree with the arrow keys. A combobox
 * with a list below it (WAI-ARIA Authoring Practices, "Editable Combobox With List Autocomplete").
 */
export class TaxonomyQuestion extends QuestionElement {
  #nodes = [];
  #byValue = new Map();
  #within = null; // the group whose children are listed while nothing is typed
  #listed = null; // what the list shows; null where that has to be found first
  #marked = 0;
  #rows = [];
  #chips = ""; // the answer as it stands over the list
  #isScrolled = false;

  build(question) {
    this.#nodes = listNodes(question.options).filter(({ retired }) => !retired);
    this.#byValue = new Map(this.#nodes.map((node) => [node.value, node]));
    const id = `tree-${(count += 1)}`;
    this.input = part("input", "input tree-input", { type: "text", autocomplete: "off", spellcheck: false, placeholder: "Type to search, ↓ to look around" });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-autocomplete": "list", "aria-label": question.title })) {
      this.input.setAttribute(name, value);
    }
    this.list = part("ul", "tree-list", { id });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", question.title);
    this.chosen = part("div", "tree-chosen");
    this.where = part("p", "help tree-where");
    this.input.addEventListener("input", () => ((this.#within = null), this.#search()));
    this.input.addEventListener("keydown", (event) => this.#press(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the keyboard
    this.list.addEventListener("scroll", () => (this.#isScrolled = this.list.scrollTop > 0), { passive: true });
    this.list.addEventListener("click", ({ target }) => this.#pick(this.#found[[...this.list.children].indexOf(target.closest("li"))]));
    this.replaceChildren(this.chosen, this.input, this.where, this.list);
    this.#search();
  }

  showTask() {
    this.input.value = "";
    this.#within = null;
    this.#search();
  }

  show() {
    this.#showSoon();
  }

  suggest(suggestion) {
    this.suggested = new Set(suggestion ? [suggestion.value].flat() : []);
    this.#search();
  }

  get wantsFocus() {
    return true;
  }

  focusControl() {
    this.input.focus({ preventScroll: true });
  }

  fitting(answer) {
    const isThere = [answer].flat().every((value) => this.#byValue.has(value));
    return isThere ? { answer, missing: "" } : { answer: null, missing: "it is no option any more" };
  }

  values(answer) {
    return [answer].flat().flatMap((value) => [value, ...this.#above(value)]);
  }

  describe(answer) {
    return [answer].flat().map((value) => this.#byValue.get(value)?.title ?? value).join(", ");
  }

  #above(value) {
    const index = this.#nodes.indexOf(this.#byValue.get(value));
    const above = [];
    let depth = this.#nodes[index]?.depth ?? 0;
    for (let place = index - 1; place >= 0 && depth > 0; place -= 1) {
      if (this.#nodes[place].depth < depth) above.push(this.#nodes[place].value), (depth = this.#nodes[place].depth);
    }
    return above;
  }

  #chip(value) {
    const node = this.#byValue.get(value);
    const label = part("span", "", { textContent: node ? [node.path, node.title].filter(Boolean).join(" › ") : value, dir: "auto" });
    const remove = part("button", "chip-remove", { type: "button", textContent: "×", ariaLabel: `Take ${node?.title ?? value} out` });
    remove.addEventListener("click", () => this.#toggle(value));
    return part("span", "tree-chip", {}, label, remove);
  }

  get #typed() {
    return this.input.value.trim();
  }

  get #given() {
    return this.answer === null ? [] : [this.answer].flat();
  }

  /** Keys may come before the list has been drawn: they mean what is found now. */
  get #found() {
    this.#listed ??= this.#typed ? findNodes(this.#nodes, this.#typed, SHOWN) : this.#children(this.#within);
    return this.#listed;
  }

  #search() {
    this.#listed = null;
    this.#marked = 0;
    this.#showSoon();
  }

  #showSoon() {
    write(this, () => {
      this.#showChosen();
      this.#showFound();
    });
  }

  #showChosen() {
    const values = this.#given;
    if (this.#chips === String(values)) return;
    this.#chips = String(values);
    this.chosen.replaceChildren(...values.map((value) => this.#chip(value)));
    this.chosen.hidden = values.length === 0;
  }

  #showFound() {
    const found = this.#found;
    say(this.where, this.#situation(found));
    while (this.#rows.length < found.length) this.#rows.push(new TreeRow(`${this.list.id}-${this.#rows.length}`));
    const given = new Set(this.#given);
    found.forEach((node, index) => this.#rows[index].show(this.#line(node, given.has(node.value), index === this.#marked)));
    const there = this.list.children.length;
    this.list.append(...this.#rows.slice(there, found.length).map(({ element }) => element));
    for (const { element } of this.#rows.slice(found.length, there)) element.remove();
    this.#showMarked();
  }

  #situation(found) {
    if (this.#typed) return found.length > 0 ? "" : `Nothing here is called “${this.#typed}”.`;
    return this.#within ? `In ${[this.#within.path, this.#within.title].filter(Boolean).join(" › ")} · ← back` : "";
  }

  /** The marked row is read out and in sight; to ask where the first one is would lay out the page before its time. */
  #showMarked() {
    const row = this.list.children[this.#marked];
    if (!row) this.input.removeAttribute("aria-activedescendant");
    else if (this.input.getAttribute("aria-activedescendant") !== row.id) this.input.setAttribute("aria-activedescendant", row.id);
    if (this.#marked > 0) row.scrollIntoView({ block: "nearest" });
    else if (this.#isScrolled) this.list.scrollTop = 0;
  }

  #children(group) {
    if (!group) return this.#nodes.filter(({ depth }) => depth === 0).slice(0, 200);
    const start = this.#nodes.indexOf(group) + 1;
    const end = this.#nodes.findIndex(({ depth }, index) => index >= start && depth <= group.depth);
    return this.#nodes.slice(start, end < 0 ? undefined : end).filter(({ depth }) => depth === group.depth + 1).slice(0, 500);
  }

  #line({ value, title, path, help, isGroup, code }, isChosen, isMarked) {
    const isAnswer = !isGroup || this.question.any_level;
    const isSuggested = this.suggested?.has(value) ?? false;
    return { title, path: this.#typed ? path : "", code: isAnswer ? code : "", help, isGroup, isSuggested, isChosen, isMarked };
  }

  #press(event) {
    const isEmpty = this.input.value === "";
    const node = this.#found[this.#marked];
    const acts = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      Enter: () => (event.ctrlKey || event.metaKey || (isEmpty && this.answer !== null && !this.#within) ? this.#goOn() : this.#pick(node)),
      Escape: () => this.closest("[tabindex='-1']")?.focus({ preventScroll: true }),
      ArrowRight: isEmpty && node?.isGroup && (() => this.#enter(node)),
      ArrowLeft: isEmpty && this.#within && (() => this.#enter(this.#parent(this.#within))),
      Backspace: isEmpty && this.answer !== null && (() => this.#toggle([this.answer].flat().at(-1))),
    };
    if (!acts[event.key] || event.isComposing) return;
    event.preventDefault();
    acts[event.key]();
  }

  #move(step) {
    this.#marked = Math.max(0, Math.min(this.#found.length - 1, this.#marked + step));
    this.#showSoon();
  }

  #enter(group) {
    this.#within = group;
    this.#search();
  }

  #parent(group) {
    const [above] = this.#above(group.value);
    return above === undefined ? null : this.#byValue.get(above);
  }

  #pick(node) {
    if (!node) return;
    if (node.isGroup && !this.question.any_level) return (this.input.value = ""), this.#enter(node);
    this.#toggle(node.value);
  }

  #toggle(value) {
    this.input.value = "";
    this.#within = null;
    if (!this.question.many) {
      const isTakenOut = this.answer === value;
      this.give(isTakenOut ? null : value, { isComplete: !isTakenOut });
    } else {
      const values = this.answer ?? [];
      const left = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
      this.give(left.length > 0 ? left : null);
    }
    this.#search();
  }

  #goOn() {
    this.dispatchEvent(new CustomEvent("go-on", { bubbles: true }));
  }

  get isOneGesture() {
    return !this.question.many;
  }
}

questionKinds.register("taxonomy", TaxonomyQuestion);
