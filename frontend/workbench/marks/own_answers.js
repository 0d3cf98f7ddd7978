import { isAnswered } from "../answers.js";
import { askedNames } from "../conditions.js";
import { actionRow } from "../key_rows.js";
import { questionKinds } from "../kinds.js";
import { hide } from "../parts.js";
import { part } from "../question_element.js";

/**
 * The questions about the selected span, or other region; their answers stand in it. `onChange(answers)` is told of each; `lead` is the
 * action whose key leads to them.
 */
export class OwnAnswers {
  #parts = []; // {question, element, box}
  #active = -1; // the one that keys mean; -1: none
  #span = null;

  constructor({ name, questions = [] }, { onChange, lead = "spans.answer" }) {
    this.outer = name;
    this.questions = questions;
    Object.assign(this, { onChange, lead });
    this.element = part("div", "span-own", { hidden: true });
    this.#parts = questions.map((question) => this.#part(question));
    this.element.append(...this.#parts.map(({ box }) => box));
    for (const type of ["answer-change", "answer-complete"]) this.element.addEventListener(type, (event) => this.#given(event));
    this.element.addEventListener("go-on", (event) => this.#goOn(event));
    this.element.addEventListener("focusin", ({ target }) => this.#activate(this.#parts.findIndex(({ box }) => box.contains(target))));
  }

  #part(question) {
    const path = `${this.outer}.${question.name}`;
    const element = Object.assign(questionKinds.create(question.kind), { question: { ...question, path } });
    const title = part("p", "question-title", { textContent: question.title });
    return { question, element, box: part("section", "question-box", {}, title, element) };
  }

  set task(task) {
    for (const { element } of this.#parts) element.task = task;
  }

  /** Show the answers of a span; null: none is selected. */
  show(span) {
    if (span?.id !== this.#span?.id) this.#activate(-1);
    this.#span = span;
    const asked = span && this.#parts.length > 0 ? this.#asked(span) : [];
    hide(this.element, asked.length === 0);
    for (const { element, question, box } of this.#parts) {
      element.answer = span?.answers?.[question.name] ?? null;
      hide(box, !asked.includes(question.name));
    }
    if (this.#parts[this.#active]?.box.hidden) this.#activate(-1);
  }

  get isAsked() {
    return !this.element.hidden;
  }

  get isActive() {
    return this.#active >= 0;
  }

  get shortcuts() {
    const element = this.#parts[this.#active]?.element;
    if (!element) return [];
    return element.shortcuts.map(({ answer, run, ...rest }) => ({ ...rest, run: run ?? (() => element.choose(answer)) }));
  }

  giveKeys() {
    for (const { element } of this.#parts) element.giveKeys();
  }

  get keyRows() {
    const lead = actionRow(this.lead);
    return this.#parts.flatMap(({ element }) => [...element.keyRows, { ...lead, scope: element.question.path, isRepeated: true }]);
  }

  /** Keys mean the next of the questions that are asked; after the last, the span again. */
  step() {
    const next = this.#parts.findIndex(({ box }, index) => index > this.#active && !box.hidden);
    this.#activate(next);
    if (next >= 0 && this.#parts[next].element.shortcuts.length === 0) this.#parts[next].element.focusControl();
  }

  /** Enter in a box: on to the next question about the span, and from the last back to the text. */
  #goOn(event) {
    event.stopPropagation();
    this.element.closest("main").focus({ preventScroll: true }); // out of the box; the next may take the keyboard again
    this.step();
  }

  leave() {
    this.#activate(-1);
  }

  /** The first question that must be answered about a span and is not. */
  missing(span) {
    const asked = this.questions.length > 0 ? this.#asked(span) : [];
    return this.questions.find(({ name, required }) => required !== false && asked.includes(name) && !isAnswered(span.answers?.[name]));
  }

  /** The span without answers to what is not asked of it any more. */
  kept(span) {
    if (!span.answers) return span;
    const asked = this.#asked(span);
    const { answers, ...rest } = span;
    const kept = Object.entries(answers).filter(([name]) => asked.includes(name));
    return kept.length > 0 ? { ...rest, answers: Object.fromEntries(kept) } : rest;
  }

  describe(span) {
    const given = this.#parts.filter(({ question }) => isAnswered(span.answers?.[question.name]));
    return given.map(({ element, question }) => element.describe(span.answers[question.name])).join(", ");
  }

  #asked({ label, answers }) {
    const valuesOf = (name, answer) => (name === "label" ? [answer] : this.#parts.find(({ question }) => question.name === name).element.values(answer));
    return askedNames([{ name: "label" }, ...this.questions], { label, ...answers }, valuesOf).slice(1);
  }

  #given(event) {
    if (event.target === this.element) return;
    event.stopPropagation();
    const { question, answer } = event.detail;
    if (event.type === "answer-complete") return this.step();
    const answers = { ...this.#span.answers, [question]: answer };
    if (!isAnswered(answer)) delete answers[question];
    this.onChange(answers);
  }

  #activate(index) {
    if (index === this.#active) return;
    this.#active = index;
    this.#parts.forEach(({ element, box }, other) => {
      element.isActive = other === index;
      box.classList.toggle("active", other === index);
    });
  }
}
