import { isAnswered } from "./answers.js";
import { askedNames } from "./conditions.js";
import { questionKinds } from "./kinds.js";
import { part } from "./question_element.js";

/** The questions of a schema as elements: which of them some answers lead to, what of these is sent, and what is missing. */
export class AskedQuestions {
  #questions;

  /** `parts` has one for each question: its element, and the box with its title around it. */
  constructor(questions) {
    this.#questions = questions;
    this.parts = questions.map((question, index) => partOf(question, index, questions.length));
  }

  /** What goes onto the page. */
  get elements() {
    return this.parts.map(({ box, element }) => box ?? element);
  }

  /** All keys of the questions: also those that nobody can change. */
  get keyGroups() {
    return this.parts.map(({ element, question }) => {
      const rows = element.keyRows;
      const fixed = element.shortcuts.filter(({ key }) => !rows.some((row) => row.key === key));
      return { title: question.title, rows: [...rows, ...fixed.map(({ key, label }) => ({ key, does: label, scope: question.name }))] };
    });
  }

  /** The parts that these answers lead to. */
  asked(answers) {
    const names = this.askedNames(answers);
    return this.parts.filter(({ question }) => names.includes(question.name));
  }

  askedNames(answers) {
    return askedNames(this.#questions, answers, (name, answer) => this.#elementOf(name).values(answer));
  }

  /** What is sent: no empty answers, none to what is not asked, and "none" where going on says so. */
  given(answers) {
    const entries = this.asked(answers).map(({ question, element }) => [question.name, valueOf(element, answers[question.name])]);
    return Object.fromEntries(entries.filter(([, answer]) => answer !== null));
  }

  /** The first question that must be answered before this can be submitted. */
  missing(answers) {
    const open = this.asked(answers).find((one) => one.question.required !== false && !isDone(one, answers));
    return open?.question ?? null;
  }

  /** The next part whose question is not done with; undefined where none is. */
  nextOpen(answers) {
    return this.asked(answers).find((one) => !isDone(one, answers));
  }

  /** The next part that nothing was said to, though saying nothing may be an answer to it. */
  unanswered(answers, from = 0) {
    const asked = new Set(this.asked(answers));
    return this.parts.slice(from).find((one) => asked.has(one) && !isAnswered(answers[one.question.name]));
  }

  /** What accepting the suggestions would answer. */
  get accepted() {
    const suggested = this.parts.filter(({ element }) => element.suggestion);
    return Object.fromEntries(suggested.map(({ element, question }) => [question.name, element.accepted]));
  }

  /** What of the answers to another task holds for `data` too: `{answers, missing}`, in words by question what does not. */
  fitting(former, { before, data }) {
    const answers = {};
    const missing = [];
    for (const { element, question } of this.parts.filter((one) => isAnswered(former[one.question.name]))) {
      const found = element.fitting(former[question.name], { before, data, answers });
      if (found.answer !== null) answers[question.name] = found.answer;
      if (found.missing) missing.push(`${question.title} (${found.missing})`);
    }
    return { answers, missing };
  }

  /** One person's answer to a question beside those of others, as an element; null where words say it all. */
  compare(name, answer, others) {
    return this.#elementOf(name).compare(answer, others);
  }

  /** Answers in words; `data` is what they were given to, which need not be the task on screen. */
  describe(answers, data = {}) {
    const given = this.parts.filter(({ question }) => question.name in answers);
    return given.map(({ element, question }) => element.describe(answers[question.name], data)).join(", ");
  }

  #elementOf(name) {
    return this.parts.find(({ question }) => question.name === name).element;
  }
}

/** One question needs no second heading: the bar on top says it. */
function partOf(question, index, count) {
  const element = Object.assign(questionKinds.create(question.per ? "repeated" : question.kind), { question });
  if (count === 1) return { element, question, box: null };
  const title = part("h2", "question-title", { textContent: question.title, id: `question-${index}` });
  const help = part("p", "question-help", { textContent: question.help ?? "" });
  return { element, question, box: part("section", "question-box", {}, title, ...(question.help ? [help] : []), element) };
}

function isDone({ element, question }, answers) {
  const value = valueOf(element, answers[question.name]);
  return value !== null && element.isComplete(value);
}

function valueOf(element, answer) {
  return isAnswered(answer) ? answer : element.blank;
}
