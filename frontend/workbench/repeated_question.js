import { isAnswered } from "./answers.js";
import { questionKinds } from "./kinds.js";
import { QuestionElement, fittingSameField, part } from "./question_element.js";

const LONGEST_TITLE = 80;

/** A question asked about each part of a field (which lists them, as they stand on screen): the same controls once for each, worked through one after the other. */
export class RepeatedQuestion extends QuestionElement {
  #rows = []; // {id, element, row, about}: the row that asks about a part of the field, and that part
  #active = 0;
  #spare = [];

  build(question) {
    this.inner = { ...question, per: undefined };
    this.addEventListener("answer-change", (event) => event.target !== this && this.#changed(event));
    this.addEventListener("answer-complete", (event) => event.target !== this && this.#completed(event));
    this.addEventListener("go-on", (event) => this.#toUnanswered(this.#active + 1) && event.stopPropagation());
    this.addEventListener("focusin", ({ target }) => this.#activate(this.#rows.findIndex(({ row }) => row.contains(target))));
  }

  showTask({ data, fields }) {
    const { on, speakers } = this.question;
    this.field = fields[on];
    const parts = data[on] ? fields[on].parts.filter(({ speaker }) => !speakers || speakers.includes(speaker)) : [];
    this.#spare.push(...this.#rows);
    this.#rows = parts.map((one) => this.#row(one));
    for (const { element } of this.#rows) element.task = { data, fields };
    const none = part("p", "soft", { textContent: "There is nothing here that this is asked about." });
    this.replaceChildren(...(this.#rows.length > 0 ? this.#rows.map(({ row }) => row) : [none]));
    this.#active = 0;
    this.#markActive();
  }

  #row({ id, title, element: about }) {
    const made = Object.assign(this.#spare.pop() ?? this.#made(), { id, about });
    made.heading.textContent = title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1)}…` : title;
    made.element.setAttribute("aria-label", `${this.question.title}, ${made.heading.textContent}`);
    return made;
  }

  #made() {
    const element = Object.assign(questionKinds.create(this.inner.kind), { question: this.inner });
    const heading = part("p", "repeated-title", { dir: "auto" });
    const because = part("p", "repeated-because soft", { hidden: true });
    return { element, heading, because, row: part("div", "repeated-row", {}, heading, element, because) };
  }

  show(answer) {
    for (const { id, element } of this.#rows) element.answer = answer?.[id] ?? null;
  }

  /** Each part has a suggestion of its own; a source that says nothing about single parts gives the answers alone. */
  suggest(suggestion) {
    for (const { id, element, because } of this.#rows) {
      const own = suggestion?.parts ? suggestion.parts[id] : suggestion?.value[id] !== undefined && { value: suggestion.value[id] };
      element.suggestion = own || null;
      because.textContent = own ? reasons(element, own) : "";
      because.hidden = !own;
    }
  }

  /** What the person has answered stays; suggestions fill in the rest. */
  get accepted() {
    return { ...this.suggestion.value, ...this.answer };
  }

  describeSuggestion({ value, confidence }) {
    const n = Object.keys(value).length;
    const sure = confidence === undefined ? "" : `, ${Math.round(confidence * 100)} % sure of all together`;
    return `${n} ${this.question.per}${n === 1 ? "" : "s"}${sure}`;
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

  giveKeys() {
    for (const { element } of [...this.#rows, ...this.#spare]) element.giveKeys();
  }

  get keyRows() {
    return this.#any.keyRows;
  }

  /** One of the elements; they are all alike. */
  get #any() {
    if (this.#rows.length + this.#spare.length === 0) this.#spare.push(this.#made());
    return (this.#rows[0] ?? this.#spare[0]).element;
  }

  /** Columns are the same from task to task; turns and candidates only where the field is. */
  fitting(answer, tasks) {
    if (this.question.per !== "column") return fittingSameField(this.question, answer, tasks);
    const there = new Set(this.#rows.map(({ id }) => id));
    const kept = Object.entries(answer).filter(([id]) => there.has(id));
    return { answer: kept.length > 0 ? Object.fromEntries(kept) : null, missing: kept.length < Object.keys(answer).length ? "not all columns are here" : "" };
  }

  get wantsFocus() {
    return Boolean(this.#rows[this.#active]?.element.wantsFocus);
  }

  focusControl() {
    if (!this.#toUnanswered() && this.#rows.length > 0) this.#focusRow();
  }

  step(direction) {
    const next = this.#active + direction;
    if (!this.#rows[next]) return false;
    this.#activate(next);
    this.#focusRow();
    return true;
  }

  /** Where there is nothing to ask about, that is the answer. */
  get blank() {
    return this.#rows.length === 0 ? {} : null;
  }

  isComplete(answer) {
    return this.#rows.every(({ id, element }) => isAnswered(answer[id]) && element.isComplete(answer[id]));
  }

  values(answer) {
    const element = this.#rows[0]?.element;
    return element ? Object.values(answer).flatMap((one) => element.values(one)) : [];
  }

  describe(answer, data = {}) {
    const name = (id) => this.field?.partName(id, data[this.question.on]) ?? id;
    return Object.entries(answer).map(([id, one]) => `${name(id)}: ${this.#any.describe(one, data)}`).join("; ") || "none";
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
    if (this.#toUnanswered()) return;
    this.dispatchEvent(new CustomEvent("answer-complete", { bubbles: true, detail: { question: this.question.name, answer: this.answer } }));
  }

  /** Keys mean the first part that is not answered, from that one on; false where all are. */
  #toUnanswered(from = 0) {
    const next = this.#rows.findIndex(({ id }, index) => index >= from && !isAnswered(this.answer?.[id]));
    if (next < 0) return false;
    this.#activate(next);
    this.#focusRow();
    return true;
  }

  #focusRow() {
    const { element } = this.#rows[this.#active];
    if (element.wantsFocus) element.focusControl();
    else this.focusSelf();
  }

  #activate(index) {
    if (index < 0 || index === this.#active) return;
    this.#active = index;
    this.#markActive();
    this.#rows[index].row.scrollIntoView({ block: "nearest" });
  }

  #markActive(isActive = this.classList.contains("active")) {
    this.#rows.forEach(({ element, row, about }, index) => {
      const isMeant = isActive && index === this.#active;
      element.isActive = isMeant;
      row.classList.toggle("active", isMeant);
      about.classList.toggle("asked-about", isMeant);
      if (isMeant) about.scrollIntoView({ block: "nearest" });
    });
  }
}

/** What is suggested about a part, how sure that is, and the words that spoke for it. */
function reasons(element, { value, confidence, words = [] }) {
  const sure = confidence === undefined ? "" : `, ${Math.round(confidence * 100)} %`;
  const because = words.length > 0 ? `, for ${words.map((word) => `“${word}”`).join(", ")}` : "";
  return `Suggested: ${element.describe(value, element.data)}${sure}${because}`;
}

questionKinds.register("repeated", RepeatedQuestion);
