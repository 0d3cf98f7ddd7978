import { isAnswered } from "./answers.js";
import { askedNames } from "./conditions.js";
import { actionRow } from "./key_rows.js";
import { fieldKinds, questionKinds } from "./kinds.js";
import { partsOf, say } from "./parts.js";
import { part } from "./question_element.js";

const MOST_NEIGHBOURS = 2;

/** The middle of the page: what is shown, what is asked, and what the model suggests. Knows one task at a time. */
export class Stage {
  #schema;
  #fields;
  #parts; // one for each question: its element, and the box with its title around it
  #answers = {};
  #active = null; // the part that keys mean
  #data = {};
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
    this.#parts = schema.questions.map((question, index) => this.#part(question, index));
    this.card.replaceChildren(...this.#fields);
    this.card.classList.toggle("side-by-side", schema.fields.some(({ width }) => width));
    this.#fields.forEach((element, index) => element.classList.add(`width-${schema.fields[index].width ?? "full"}`));
    root.querySelector("[data-part=questions]").replaceChildren(...this.#parts.map(({ box, element }) => box ?? element));
    root.classList.toggle("with-suggestions", showSuggestions);
    root.classList.toggle("with-boxes", root.querySelector(".question-box") !== null); // :has() would ask with each mark that is drawn
    root.classList.toggle("with-pages", this.#fields.some(({ hasPages }) => hasPages));
    this.names = schema.fields.map(({ name }) => name);
    this.#watchHelp(root.querySelector("[data-part=option-help]"));
    root.addEventListener("answer-change", ({ detail }) => this.#changed(detail));
    root.addEventListener("answer-complete", ({ detail }) => this.#goOn(detail.question));
    for (const type of ["focusin", "answer-here"]) root.addEventListener(type, ({ target }) => this.#follow(target));
    addEventListener("resize", () => (this.card.style.minHeight = ""));
    this.card.addEventListener("scroll", () => (this.#isScrolled = this.card.scrollTop > 0), { passive: true });
    new ResizeObserver(() => this.#keepRoom()).observe(this.card);
    this.#activate(this.#parts[0]);
  }

  /** One question needs no second heading: the bar on top says it. */
  #part(question, index) {
    const element = Object.assign(questionKinds.create(question.per ? "repeated" : question.kind), { question });
    if (this.#schema.questions.length === 1) return { element, question, box: null };
    const title = part("h2", "question-title", { textContent: question.title, id: `question-${index}` });
    const help = part("p", "question-help", { textContent: question.help ?? "" });
    return { element, question, box: part("section", "question-box", {}, title, ...(question.help ? [help] : []), element) };
  }

  /** Is one gesture on the only question all that is asked? */
  get goesOnAtOnce() {
    return this.#parts.length === 1 && this.#parts[0].element.isOneGesture;
  }

  /** What keys do now: those of the active question. */
  get shortcuts() {
    const { element } = this.#active;
    return element.shortcuts.map((shortcut) => ({ ...shortcut, element }));
  }

  /** All keys of fields and questions: also those that nobody can change. */
  get keyGroups() {
    const { fields } = this.#schema;
    const ofFields = this.#fields.map(({ actions = [] }, index) => ({ title: fields[index].title ?? fields[index].name, rows: actions.map(actionRow) }));
    const ofQuestions = this.#parts.map(({ element, question }) => {
      const rows = element.keyRows;
      const fixed = element.shortcuts.filter(({ key }) => !rows.some((row) => row.key === key));
      return { title: question.title, rows: [...rows, ...fixed.map(({ key, label }) => ({ key, does: label, scope: question.name }))] };
    });
    return [...ofFields, ...ofQuestions];
  }

  /** The person has chosen other keys. */
  giveKeys() {
    for (const { element } of this.#parts) element.giveKeys();
    for (const field of this.#fields) field.giveKeys?.();
  }

  show({ task, predictions, why }, answers) {
    this.setMode("task");
    this.#data = task.data;
    const suggestions = this.showSuggestions ? (predictions ?? {}) : {};
    this.#fields.forEach((element, index) => {
      const name = this.names[index];
      element.hidden = task.data[name] === undefined;
      element.value = task.data[name];
      element.marks = this.#wordsFor(name, suggestions);
    });
    const fields = Object.fromEntries(this.#fields.map((element, index) => [this.names[index], element]));
    const questions = Object.fromEntries(this.#parts.map(({ element, question }) => [question.name, element]));
    for (const { element } of this.#parts) element.task = { data: task.data, fields, questions };
    this.setAnswers(answers);
    for (const { element, question } of this.#parts) element.suggestion = suggestions[question.name] ?? null;
    this.write("why", why ? `Why this one: ${why}` : "");
    if (this.showSuggestions) this.#tell(suggestions);
    this.#scrollToTop();
    const first = this.#unanswered() ?? this.#asked()[0];
    for (const one of this.#parts) if (one !== first) this.#mark(one, false);
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
    const suggested = this.#parts.filter(({ question }) => question.name in suggestions);
    this.write("neighbours", suggested.flatMap(({ question }) => suggestions[question.name].neighbours ?? []).slice(0, MOST_NEIGHBOURS).map(likeWhat).join(" · "));
    this.write("suggestion", suggested.map(({ element, question }) => inWords(element, suggestions[question.name])).join(" · "));
  }

  /** What of the item a comment can be about without marking words. */
  get quotes() {
    return this.#fields.filter(({ hidden }) => !hidden).flatMap(({ quotes = [] }) => quotes);
  }

  setAnswers(answers) {
    this.#answers = answers;
    for (const { element, question } of this.#parts) element.answer = answers[question.name] ?? null;
    this.#showAsked();
  }

  /** What is sent: no empty answers, none to what is not asked, and "none" where going on says so. */
  given(answers) {
    const asked = this.#asked(answers);
    const entries = asked.map(({ question, element }) => [question.name, this.#valueOf(element, answers[question.name])]);
    return Object.fromEntries(entries.filter(([, answer]) => answer !== null));
  }

  /** The first question that must be answered before this can be submitted. */
  missing(answers) {
    const open = this.#asked(answers).find((one) => one.question.required !== false && !this.#isDone(one, answers));
    return open?.question ?? null;
  }

  /** Names of the questions that these answers lead to. */
  asked(answers) {
    return this.#asked(answers).map(({ question }) => question.name);
  }

  /** What accepting the suggestions would answer. */
  get accepted() {
    const suggested = this.#parts.filter(({ element }) => element.suggestion);
    return Object.fromEntries(suggested.map(({ element, question }) => [question.name, element.accepted]));
  }

  /** What of the answers to another task holds here too: `{answers, missing}`, in words by question what does not. */
  fitting(former, before) {
    const answers = {};
    const missing = [];
    for (const { element, question } of this.#parts.filter((one) => isAnswered(former[one.question.name]))) {
      const found = element.fitting(former[question.name], { before, data: this.#data, answers });
      if (found.answer !== null) answers[question.name] = found.answer;
      if (found.missing) missing.push(`${question.title} (${found.missing})`);
    }
    return { answers, missing };
  }

  /** One person's answer to a question beside those of others, as an element; null where words say it all. */
  compare(name, answer, others) {
    return this.#elementOf(name).compare(answer, others);
  }

  describe(answers) {
    const given = this.#parts.filter(({ question }) => question.name in answers);
    return given.map(({ element, question }) => element.describe(answers[question.name])).join(", ");
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
    const found = this.#parts.find(({ question }) => question.name === name);
    if (!found) return;
    this.#activate(found);
    found.element.focusControl();
  }

  /** The next question or part of one (1), or the one before (-1), becomes the one that keys mean; at the end the same again. */
  step(direction) {
    const { element, question } = this.#active;
    if (element.wantsFocus && !this.#isEntered) return this.focusQuestion(question.name);
    if (element.step(direction)) return;
    const asked = this.#asked();
    const next = asked[asked.indexOf(this.#active) + direction] ?? this.#active;
    this.focusQuestion(next.question.name);
  }

  #changed({ question, answer }) {
    if (!this.#parts.some((one) => one.question.name === question)) return;
    this.#answers = { ...this.#answers, [question]: answer };
    this.#showAsked();
  }

  /** A question is done with: keys mean the next one that is not. */
  #goOn(name) {
    const done = this.#parts.findIndex(({ question }) => question.name === name);
    if (done < 0 || this.#parts.length === 1) return;
    const next = this.#unanswered(done + 1) ?? this.#nextOpen();
    if (next) this.#activate(next);
    else this.root.focus({ preventScroll: true }); // the next key is the page's: Enter submits
  }

  /** Enter in a text box: on to the next question behind it, else to one that must be answered. False where there is none. */
  goOn() {
    const behind = this.#unanswered(this.#parts.indexOf(this.#active) + 1);
    const next = behind?.question ?? this.missing(this.#answers);
    if (next) this.focusQuestion(next.name);
    return Boolean(next);
  }

  #nextOpen(from = 0) {
    const asked = new Set(this.#asked());
    return this.#parts.slice(from).find((one) => asked.has(one) && !this.#isDone(one, this.#answers));
  }

  /** The next question that nothing was said to, though saying nothing may be an answer to it. */
  #unanswered(from = 0) {
    const asked = new Set(this.#asked());
    return this.#parts.slice(from).find((one) => asked.has(one) && !isAnswered(this.#answers[one.question.name]));
  }

  #isDone({ element, question }, answers) {
    const value = this.#valueOf(element, answers[question.name]);
    return value !== null && element.isComplete(value);
  }

  #valueOf(element, answer) {
    return isAnswered(answer) ? answer : element.blank;
  }

  #asked(answers = this.#answers) {
    const names = askedNames(this.#schema.questions, answers, (name, answer) => this.#elementOf(name).values(answer));
    return this.#parts.filter(({ question }) => names.includes(question.name));
  }

  #elementOf(name) {
    return this.#parts.find(({ question }) => question.name === name).element;
  }

  #showAsked() {
    if (this.#parts.length === 1) return;
    const asked = new Set(this.#asked());
    for (const one of this.#parts) one.box.hidden = !asked.has(one);
    if (!asked.has(this.#active)) this.#activate(this.#nextOpen() ?? [...asked][0]);
  }

  #activate(one = this.#parts[0]) {
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
    else if (holder.matches("input, textarea, select")) this.root.focus({ preventScroll: true });
  }

  #mark({ element, box }, isActive) {
    element.isActive = isActive;
    box?.classList.toggle("active", isActive);
  }

  /** Whoever goes into a question by Tab or pointer means it with the next key. */
  #follow(target) {
    const entered = this.#parts.find(({ element, box }) => (box ?? element).contains(target));
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
  const { model_number: number, source, words } = suggestion;
  const who = number ? `model ${number}` : source;
  const because = words?.length ? `, for ${words.map((word) => `“${word}”`).join(", ")}` : "";
  return `Suggested by ${who}: ${element.describeSuggestion(suggestion)}${because}`;
}
