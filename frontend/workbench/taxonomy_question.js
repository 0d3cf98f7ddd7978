import { questionKinds } from "./kinds.js";
import { QuestionElement, part } from "./question_element.js";
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
  #found = [];
  #marked = 0;

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
    this.list.addEventListener("click", ({ target }) => this.#pick(this.#found[[...this.list.children].indexOf(target.closest("li"))]));
    this.replaceChildren(this.chosen, this.input, this.where, this.list);
    this.#search();
  }

  showTask() {
    this.input.value = "";
    this.#within = null;
    this.#search();
  }

  show(answer) {
    const values = answer === null ? [] : [answer].flat();
    this.chosen.replaceChildren(...values.map((value) => this.#chip(value)));
    this.chosen.hidden = values.length === 0;
    this.#mark();
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

  #search() {
    const typed = this.input.value.trim();
    this.#found = typed ? findNodes(this.#nodes, typed, SHOWN) : this.#children(this.#within);
    this.#marked = 0;
    this.where.textContent = typed ? "" : this.#within ? `In ${[this.#within.path, this.#within.title].filter(Boolean).join(" › ")} · ← back` : "";
    this.list.replaceChildren(...this.#found.map((node, index) => this.#row(node, index, Boolean(typed))));
    if (typed && this.#found.length === 0) this.where.textContent = `Nothing here is called “${typed}”.`;
    this.#mark();
  }

  #children(group) {
    if (!group) return this.#nodes.filter(({ depth }) => depth === 0).slice(0, 200);
    const start = this.#nodes.indexOf(group) + 1;
    const end = this.#nodes.findIndex(({ depth }, index) => index >= start && depth <= group.depth);
    return this.#nodes.slice(start, end < 0 ? undefined : end).filter(({ depth }) => depth === group.depth + 1).slice(0, 500);
  }

  #row({ value, title, path, help, isGroup, code }, index, withPath) {
    const row = part("li", "tree-row", { id: `${this.list.id}-${index}`, dir: "auto" }, part("span", "tree-title", { textContent: title }));
    row.setAttribute("role", "option");
    if (help) row.dataset.help = help;
    if (this.suggested?.has(value)) row.append(part("span", "suggested-mark", { textContent: "suggested" }));
    if (withPath && path) row.append(part("span", "tree-path", { textContent: path }));
    if (isGroup) row.append(part("span", "tree-more", { textContent: "→", ariaLabel: "group" }));
    if (!isGroup || this.question.any_level) row.append(part("span", "tree-code", { textContent: code, title: `Type ${code} and press Enter from anywhere` }));
    return row;
  }

  #mark() {
    const given = new Set(this.answer === null ? [] : [this.answer].flat());
    [...this.list.children].forEach((row, index) => {
      row.setAttribute("aria-selected", String(given.has(this.#found[index].value)));
      row.classList.toggle("marked", index === this.#marked);
    });
    const row = this.list.children[this.#marked];
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
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
    this.#mark();
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
