/**
 * What all question elements share. A kind extends it, registers itself in `kinds.js`, and overrides what differs:
 *
 * - `build(question)` makes the controls, once; `show(answer)` brings them in line with an answer (null: none);
 *   `showTask({data, fields, questions})` is told of each new task (the field and question elements by name); `suggest(suggestion)`
 *   shows `{value, confidence, alternatives}` or null.
 * - `give(answer)` is called by the kind when a person has answered; with `isComplete` the question is done with and the
 *   page goes on. Answers are wire format.
 * - `shortcuts` lists `{key, label, answer}` (press: `choose(answer)`) or `{key, label, run}`; they count while the
 *   question is the active one. `isOneGesture`: one press answers all of it.
 * - `blank` is the answer that "submit" means where nothing was given: null where something must be.
 * - `isComplete(answer)` says whether nothing is left open in an answer; `accepted` is the answer once all suggestions are taken.
 * - `compare(answer, others)` shows one person's answer beside the others' as an element, where words do not say it all.
 * - `values(answer)` is what conditions know an answer by; `describe(answer)` says it in words.
 *
 * It knows nothing of saving and listens to no keys by itself, except inside its own text boxes.
 */
export class QuestionElement extends HTMLElement {
  #question;
  #answer = null;
  #suggestion = null;

  set question(question) {
    this.#question = question;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", question.title);
    this.build(question);
  }

  get question() {
    return this.#question;
  }

  set answer(answer) {
    this.#answer = answer ?? null;
    this.show(this.#answer);
  }

  get answer() {
    return this.#answer;
  }

  set suggestion(suggestion) {
    this.#suggestion = suggestion;
    this.suggest(suggestion);
  }

  get suggestion() {
    return this.#suggestion;
  }

  set task(task) {
    this.showTask(task);
  }

  /** Whether keys mean this question now. */
  set isActive(isActive) {
    this.classList.toggle("active", isActive);
  }

  build() {}

  show() {}

  showTask() {}

  suggest() {}

  get shortcuts() {
    return [];
  }

  get isOneGesture() {
    return false;
  }

  get blank() {
    return null;
  }

  isComplete() {
    return true;
  }

  get accepted() {
    return this.#suggestion.value;
  }

  compare() {
    return null;
  }

  values(answer) {
    return [String(answer)];
  }

  describe(answer) {
    return String(answer ?? "");
  }

  /** A key of `shortcuts` that has an answer was pressed. */
  choose(answer) {
    this.give(answer, { isComplete: this.isOneGesture });
  }

  give(answer, { isComplete = false } = {}) {
    this.answer = answer;
    const detail = { question: this.#question.name, answer };
    this.dispatchEvent(new CustomEvent("answer-change", { bubbles: true, detail }));
    if (isComplete) this.dispatchEvent(new CustomEvent("answer-complete", { bubbles: true, detail }));
  }

  /** Does one answer by typing, so that the keyboard belongs to it while it is active? */
  get wantsFocus() {
    return false;
  }

  /** Bring the keyboard's focus to where one answers. */
  focusControl() {
    this.querySelector("button:not([disabled]), input, textarea, select")?.focus({ preventScroll: false });
  }

  /** Focus the question as a whole, where space and enter must not press a control of it. */
  focusSelf() {
    this.tabIndex = -1;
    this.focus();
  }
}

/** Do what a shortcut of a question does. */
export function press({ element, answer, run }) {
  if (run) run();
  else element.choose(answer);
}

/** An element with class and properties. */
export function part(tag, className, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), { className, ...properties });
  element.append(...children);
  return element;
}
