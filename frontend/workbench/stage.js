import { AskedQuestions } from "./asked_questions.js";
import { actionRow } from "./key_rows.js";
import { fieldKinds } from "./kinds.js";
import { partsOf, say } from "./parts.js";

const MOST_NEIGHBOURS = 2;

/** The middle of the page: what is shown, what is asked, and what the model suggests. Knows one task at a time. */
export class Stage {
  #schema;
  #fields;
  #answers = {};
  #active = null; // the part that keys mean
  #isScrolled = false; // whether the card shows anything but its top
  #isRoomDue = false; // whether the card has yet to say how high the task on screen is
  #isEntered = false; // whether the active one has had the keyboard's focus
  lendsKeyboard = true; // whether a box to type in has the keyboard as soon as its question is the active one

  constructor(root, { schema, showSuggestions }) {
    this.root = root;
    this.named = partsOf(root);
    this.#schema = schema;
    this.showSuggestions = showSuggestions;
    this.card = root.querySelector("[data-part=fields]");
    this.#fields = schema.fields.map((field) => Object.assign(fieldKinds.create(field.kind), { field }));
    this.questions = new AskedQuestions(schema.questions);
    this.card.replaceChildren(...this.#fields);
    this.card.classList.toggle("side-by-side", schema.fields.some(({ width }) => width));
    this.#fields.forEach((element, index) => element.classList.add(`width-${schema.fields[index].width ?? "full"}`));
    root.querySelector("[data-part=questions]").replaceChildren(...this.questions.elements);
    root.classList.toggle("with-suggestions", showSuggestions);
    root.classList.toggle("with-boxes", root.querySelector(".question-box") !== null); // :has() would ask with each mark that is drawn
    root.classList.toggle("with-pages", this.#fields.some(({ hasPages }) => hasPages));
    this.names = schema.fields.map(({ name }) => name);
    this.#watchHelp(root.querySelector("[data-part=option-help]"));
    root.addEventListener("answer-change", ({ detail }) => this.#changed(detail));
    root.addEventListener("answer-complete", ({ detail }) => this.#goOn(detail.question));
    for (const type of ["focusin", "answer-here"]) root.addEventListener(type, ({ target }) => this.#follow(target));
    root.addEventListener("click", ({ target }) => target.closest("button, input, textarea, select, label, a") ?? this.#follow(target)); // those have the focus
    addEventListener("resize", () => (this.card.style.minHeight = ""));
    this.card.addEventListener("scroll", () => (this.#isScrolled = this.card.scrollTop > 0), { passive: true });
    new ResizeObserver(() => this.#keepRoom()).observe(this.card);
    this.#activate(this.questions.parts[0]);
  }

  /** Is one gesture on the only question all that is asked? */
  get goesOnAtOnce() {
    return this.questions.parts.length === 1 && this.questions.parts[0].element.isOneGesture;
  }

  /** What keys do now: those of the active question; none where all tasks are done. */
  get shortcuts() {
    if (this.mode === "empty") return [];
    const { element } = this.#active;
    return element.shortcuts.map((shortcut) => ({ ...shortcut, element }));
  }

  /** All keys of fields and questions: also those that nobody can change. */
  get keyGroups() {
    const { fields } = this.#schema;
    const ofFields = this.#fields.map(({ actions = [] }, index) => ({ title: fields[index].title ?? fields[index].name, rows: actions.map(actionRow) }));
    return [...ofFields, ...this.questions.keyGroups];
  }

  /** The person has chosen other keys. */
  giveKeys() {
    for (const { element } of this.questions.parts) element.giveKeys();
    for (const field of this.#fields) field.giveKeys?.();
  }

  show({ task, predictions, why }, answers) {
    this.setMode("task");
    const suggestions = this.showSuggestions ? (predictions ?? {}) : {};
    this.#fields.forEach((element, index) => {
      const name = this.names[index];
      element.hidden = task.data[name] === undefined;
      element.value = task.data[name];
      element.marks = this.#wordsFor(name, suggestions);
    });
    const fields = Object.fromEntries(this.#fields.map((element, index) => [this.names[index], element]));
    const questions = Object.fromEntries(this.questions.parts.map(({ element, question }) => [question.name, element]));
    for (const { element } of this.questions.parts) element.task = { data: task.data, fields, questions };
    this.setAnswers(answers);
    for (const { element, question } of this.questions.parts) element.suggestion = suggestions[question.name] ?? null;
    this.write("why", why ? `Why this one: ${why}` : "");
    if (this.showSuggestions) this.#tell(suggestions);
    this.#scrollToTop();
    const first = this.questions.unanswered(this.#answers) ?? this.questions.asked(this.#answers)[0];
    for (const one of this.questions.parts) if (one !== first) this.#mark(one, false);
    this.#active = null;
    this.#activate(first);
    this.#isRoomDue = true;
  }

  /** A task that comes later: what it shows is fetched now. */
  prepare({ data }) {
    this.#fields.forEach((element, index) => data[this.names[index]] && element.prepare?.(data[this.names[index]]));
  }

  /** Who suggests what, and why; only pages that show suggestions have room for it. */
  #tell(suggestions) {
    const suggested = this.questions.parts.filter(({ question }) => question.name in suggestions);
    this.write("neighbours", suggested.flatMap(({ question }) => suggestions[question.name].neighbours ?? []).slice(0, MOST_NEIGHBOURS).map(likeWhat).join(" · "));
    this.write("suggestion", suggested.map(({ element, question }) => inWords(element, suggestions[question.name])).join(" · "));
  }

  /** What of the item a comment can be about without marking words. */
  get quotes() {
    return this.#fields.filter(({ hidden }) => !hidden).flatMap(({ quotes = [] }) => quotes);
  }

  setAnswers(answers) {
    this.#answers = answers;
    for (const { element, question } of this.questions.parts) element.answer = answers[question.name] ?? null;
    this.#showAsked();
  }

  get mode() {
    return this.root.dataset.mode;
  }

  /** "task" shows the item; "waiting", "empty" and "paused" each have a panel of their own. */
  setMode(mode) {
    if (this.root.dataset.mode !== mode) this.root.dataset.mode = mode;
  }

  write(name, text) {
    say(this.named(name), text);
  }

  scroll(direction) {
    this.card.scrollBy({ top: direction * 0.6 * this.card.clientHeight, behavior: "auto" });
  }

  focusQuestion(name) {
    const found = this.questions.parts.find(({ question }) => question.name === name);
    if (!found) return;
    this.#activate(found);
    found.element.focusControl();
  }

  /** The next question or part of one (1), or the one before (-1), becomes the one that keys mean; at the end the same again. */
  step(direction) {
    const { element, question } = this.#active;
    if (element.wantsFocus && !this.#isEntered) return this.focusQuestion(question.name);
    if (element.step(direction)) return;
    const asked = this.questions.asked(this.#answers);
    const next = asked[asked.indexOf(this.#active) + direction] ?? this.#active;
    this.focusQuestion(next.question.name);
  }

  #changed({ question, answer }) {
    if (!this.questions.parts.some((one) => one.question.name === question)) return;
    this.#answers = { ...this.#answers, [question]: answer };
    this.#showAsked();
  }

  /** A question is done with: keys mean the next one that is not. */
  #goOn(name) {
    const done = this.questions.parts.findIndex(({ question }) => question.name === name);
    if (done < 0 || this.questions.parts.length === 1) return;
    const next = this.questions.unanswered(this.#answers, done + 1) ?? this.questions.nextOpen(this.#answers);
    if (next) this.#activate(next);
    else this.root.focus({ preventScroll: true }); // the next key is the page's: Enter submits
  }

  /** Enter in a text box: on to the next question behind it, else to one that must be answered. False where there is none. */
  goOn() {
    const behind = this.questions.unanswered(this.#answers, this.questions.parts.indexOf(this.#active) + 1);
    const next = behind?.question ?? this.questions.missing(this.#answers);
    if (next) this.focusQuestion(next.name);
    return Boolean(next);
  }

  #showAsked() {
    if (this.questions.parts.length === 1) return;
    const asked = new Set(this.questions.asked(this.#answers));
    for (const one of this.questions.parts) one.box.hidden = !asked.has(one);
    if (!asked.has(this.#active)) this.#activate(this.questions.nextOpen(this.#answers) ?? [...asked][0]);
  }

  #activate(one = this.questions.parts[0]) {
    if (one === this.#active) return;
    if (this.#active) this.#mark(this.#active, false);
    this.#active = one;
    this.#isEntered = false;
    this.#mark(one, true);
    if (this.mode !== "task") return;
    if (one.box) one.box.scrollIntoView({ block: "nearest" });
    this.#lendKeyboard(one);
  }

  /** A box to type in has the keyboard while its question is active, and gives it back; what is open beside is left alone. */
  #lendKeyboard({ element }) {
    const holder = document.activeElement;
    const isFree = holder === document.body || this.root === holder || this.root.contains(holder);
    if (!isFree || element.contains(holder)) return;
    if (element.wantsFocus && this.lendsKeyboard) element.focusControl();
    else if (holder !== this.root && holder.matches("input, textarea, select, [tabindex='-1']")) this.root.focus({ preventScroll: true });
  }

  #mark({ element, box }, isActive) {
    element.isActive = isActive;
    box?.classList.toggle("active", isActive);
  }

  /** Whoever goes into a question by Tab or pointer means it with the next key. */
  #follow(target) {
    const entered = this.questions.parts.find(({ element, box }) => (box ?? element).contains(target));
    if (!entered) return;
    this.#activate(entered);
    this.#isEntered = true;
  }

  #wordsFor(fieldName, suggestions) {
    const here = this.#schema.questions.filter((question) => (question.on ?? this.names[0]) === fieldName);
    return here.flatMap(({ name }) => suggestions[name]?.words ?? []);
  }

  /** Asked for at a card that stands at its top, this would lay out the page before it is whole. */
  #scrollToTop() {
    if (this.#isScrolled) this.card.scrollTop = 0;
  }

  /** A longer text makes room once and the room stays, so that the options do not move from task to task. */
  #keepRoom() {
    if (!this.#isRoomDue || this.card.offsetHeight === 0) return;
    this.#isRoomDue = false;
    const height = `${this.card.offsetHeight}px`;
    if (this.card.style.minHeight !== height) this.card.style.minHeight = height;
  }

  #watchHelp(line) {
    const show = ({ target }) => {
      const help = target.closest?.("[data-help]")?.dataset.help ?? "";
      if (line.textContent !== help) line.textContent = help;
    };
    for (const type of ["pointerover", "focusin"]) this.root.addEventListener(type, show);
  }
}

function likeWhat({ text, label }) {
  return `Like “${text}” (labeled ${label})`;
}

function inWords(element, suggestion) {
  const { model_number: number, source, words = [], because = [] } = suggestion;
  const who = number ? `model ${number}` : source;
  const spoken = words.length > 0 ? `, for ${words.map((word) => `“${word}”`).join(", ")}` : "";
  const reasons = because.length > 0 ? ` (${because.join("; ")})` : "";
  return `Suggested by ${who}: ${element.describeSuggestion(suggestion)}${spoken}${reasons}`;
}
