import { isAnswered } from "./answers.js";
import { questionKinds } from "./kinds.js";
import { QuestionElement, part } from "./question_element.js";

const LONGEST_TITLE = 80;

/** What each kind of part is called, and how the parts of a field's value are listed: `[id, title]`. */
const PARTS = {
  turn: (turns, { speakers }) =>
    turns.map(({ speaker, text }, index) => [String(index), `${speaker}: ${text}`, speaker]).filter(([, , speaker]) => !speakers || speakers.includes(speaker)),
  candidate: (candidates) => candidates.map(({ id, text, title }) => [id, title ?? `${id}: ${text}`]),
  column: (record) => Object.entries(record).map(([name, value]) => [name, `${name}: ${value}`]),
};

/** A question asked about each part of a field: the same controls once for each, worked through one after the other. */
export class RepeatedQuestion extends QuestionElement {
  #rows = []; // {id, element, row}
  #active = 0;
  #spare = [];

  build(question) {
    this.inner = { ...question, per: undefined };
    this.addEventListener("answer-change", (event) => event.target !== this && this.#changed(event));
    this.addEventListener("answer-complete", (event) => event.target !== this && this.#completed(event));
    this.addEventListener("focusin", ({ target }) => this.#activate(this.#rows.findIndex(({ row }) => row.contains(target))));
  }

  showTask({ data, fields }) {
    const value = data[this.question.on];
    const parts = value ? PARTS[this.question.per](value, this.question) : [];
    this.#spare.push(...this.#rows);
    this.#rows = parts.map(([id, title]) => this.#row(id, title));
    for (const { element } of this.#rows) element.task = { data, fields };
    this.replaceChildren(...this.#rows.map(({ row }) => row));
    this.#active = 0;
    this.#markActive();
  }

  #row(id, title) {
    const made = this.#spare.pop() ?? this.#made();
    made.id = id;
    made.heading.textContent = title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1)}…` : title;
    made.element.setAttribute("aria-label", `${this.question.title}, ${made.heading.textContent}`);
    return made;
  }

  #made() {
    const element = Object.assign(questionKinds.create(this.inner.kind), { question: this.inner });
    const heading = part("p", "repeated-title", { dir: "auto" });
    return { element, heading, row: part("div", "repeated-row", {}, heading, element) };
  }

  show(answer) {
    for (const { id, element } of this.#rows) element.answer = answer?.[id] ?? null;
  }

  set isActive(isActive) {
    super.isActive = isActive;
    this.#markActive(isActive);
  }

  get shortcuts() {
    const element = this.#rows[this.#active]?.element;
    if (!element) return [];
    return element.shortcuts.map(({ answer, run, ...rest }) => ({ ...rest, run: run ?? (() => element.choose(answer)) }));
  }

  values(answer) {
    const element = this.#rows[0]?.element;
    return element ? Object.values(answer).flatMap((one) => element.values(one)) : [];
  }

  describe(answer) {
    const element = (this.#rows[0] ?? this.#made()).element;
    return Object.entries(answer).map(([id, one]) => `${id}: ${element.describe(one)}`).join("; ");
  }

  #changed(event) {
    event.stopPropagation();
    const changed = this.#rows.find(({ element }) => element === event.target);
    const answer = { ...this.answer, [changed.id]: event.detail.answer };
    if (!isAnswered(event.detail.answer)) delete answer[changed.id];
    this.give(Object.keys(answer).length > 0 ? answer : null);
  }

  #completed(event) {
    event.stopPropagation();
    const next = this.#rows.findIndex(({ id }) => !isAnswered(this.answer?.[id]));
    if (next >= 0) return this.#activate(next);
    this.dispatchEvent(new CustomEvent("answer-complete", { bubbles: true, detail: { question: this.question.name, answer: this.answer } }));
  }

  #activate(index) {
    if (index < 0 || index === this.#active) return;
    this.#active = index;
    this.#markActive();
    this.#rows[index].row.scrollIntoView({ block: "nearest" });
  }

  #markActive(isActive = this.classList.contains("active")) {
    this.#rows.forEach(({ element, row }, index) => {
      element.isActive = isActive && index === this.#active;
      row.classList.toggle("active", isActive && index === this.#active);
    });
  }
}

questionKinds.register("repeated", RepeatedQuestion);
