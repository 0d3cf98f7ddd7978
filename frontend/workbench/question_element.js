import { actionRow } from "./key_rows.js";

/**
 * What all question elements share. A kind extends it, registers itself in `kinds.js`, and overrides what differs:
 *
 * - `build(question)` makes the controls, once; `show(answer)` brings them in line with an answer (null: none);
 *   `showTask({data, fields, questions})` is told of each new task (the field and question elements by name); `suggest(suggestion)`
 *   shows `{value, confidence, alternatives}` or null.
 * - `give(answer)` is called by the kind when a person has answered; with `isComplete` the question is done with and the
 *   page goes on. Answers are wire format. What is given in a row with one `gesture` is taken back at once.
 * - `buttons`, where it has options, are its `OptionButtons`; `tools` its `Toolbar`; `actions` names what it does by
 *   keys besides (see `key_actions.json`). Their keys are the person's own.
 * - `shortcuts` lists `{key, label, answer}` (press: `choose(answer)`) or `{key, label, run}`; they count while the
 *   question is the active one. `isOneGesture`: one press answers all of it.
 * - `blank` is the answer that "submit" means where nothing was given: null where something must be.
 * - `isComplete(answer)` says whether nothing is left open in an answer; `accepted` is the answer once all suggestions are taken.
 * - `compare(answer, others)` shows one person's answer beside the others' as an element, where words do not say it all.
 * - `fitting(answer, {before, data, answers})` is what of an answer to another task holds here too: `{answer, missing}`, with null for
 *   nothing and words for what is left out. `before` and `data` are what the two tasks show, `answers` what was copied already.
 * - `values(answer)` is what conditions know an answer by; `describe(answer, data)` says it in words: `data` is what it was given to.
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
    this.data = task.data;
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

  /** The person has chosen other keys. */
  giveKeys() {
    this.buttons?.giveKeys();
    this.tools?.giveKeys();
  }

  /** All keys that mean something here, also those that are not offered now: `{key, does, usual, scope, option | action}`. */
  get keyRows() {
    const scope = this.#question.path ?? this.#question.name;
    return [...(this.buttons?.keyRows ?? []), ...this.actions.map((name) => ({ ...actionRow(name), scope }))];
  }

  get actions() {
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

  fitting(answer) {
    return { answer, missing: "" };
  }

  values(answer) {
    return [String(answer)];
  }

  describe(answer) {
    return String(answer ?? "");
  }

  /** What an option is called; a value that is none any more by itself. */
  titleOf(value) {
    return this.#option(value)?.title ?? String(value ?? "");
  }

  colourOf(value) {
    return this.#option(value)?.colour ?? 0;
  }

  #option(value) {
    return this.#question.options?.find((option) => option.value === value);
  }

  /** A suggestion in a few words, with how sure it is. */
  describeSuggestion({ value, confidence }) {
    return `${this.describe(value, this.data)}${confidence === undefined ? "" : `, ${Math.round(confidence * 100)} %`}`;
  }

  /** A key of `shortcuts` that has an answer was pressed. */
  choose(answer) {
    this.give(answer, { isComplete: this.isOneGesture });
  }

  give(answer, { isComplete = false, gesture = "" } = {}) {
    this.answer = answer;
    const detail = { question: this.#question.name, answer, gesture };
    this.dispatchEvent(new CustomEvent("answer-change", { bubbles: true, detail }));
    if (isComplete) this.dispatchEvent(new CustomEvent("answer-complete", { bubbles: true, detail }));
  }

  /** Does one answer by typing, so that the keyboard belongs to it while it is active? */
  get wantsFocus() {
    return false;
  }

  /** Bring the keyboard's focus to where one answers: by typing into a box, else by keys that mean the whole question. */
  focusControl() {
    this.focusSelf();
  }

  /** The next part of a question that has several (1), or the one before (-1), becomes the one that keys mean; false at its end. */
  step() {
    return false;
  }

  /** Focus the question as a whole, where space and enter must not press a control of it. */
  focusSelf() {
    this.tabIndex = -1;
    this.focus();
  }
}

/** An answer about parts of a field holds for another task only where that shows the very same; see `fitting`. */
export function fittingSameField(question, answer, { before, data }) {
  const isSame = JSON.stringify(before[question.on]) === JSON.stringify(data[question.on]);
  return isSame ? { answer, missing: "" } : { answer: null, missing: "it is about something else here" };
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
