// <schema-preview>: the labeling page's own elements, fed with a schema that is not saved yet and with data of a task.
import "../workbench/question_kinds.js";
import { askedNames } from "../workbench/conditions.js";
import { fieldKinds, questionKinds } from "../workbench/kinds.js";
import { make } from "./dom.js";

class SchemaPreview extends HTMLElement {
  #answers = {};
  #parts = [];
  #definition = null;
  #data = {};

  connectedCallback() {
    this.addEventListener("answer-change", ({ detail }) => this.#answered(detail));
    const pane = this.closest("aside");
    this.note = pane.querySelector("[data-preview-note]");
    this.try = pane.querySelector("[data-try]");
    this.try.addEventListener("input", () => this.#definition && this.#draw());
    document.addEventListener("schema-checked", ({ detail }) => this.#checked(detail));
  }

  /** What is wrong leaves the former picture standing. A task's own data is shown where a field can show it. */
  #checked({ problems, definition, example, data }) {
    this.note.hidden = problems.length === 0;
    if (!definition) return;
    this.#definition = definition;
    const fits = ([name, value]) => shapeOf(value) === shapeOf(example[name]);
    this.#data = { ...example, ...Object.fromEntries(Object.entries(data).filter(fits)) };
    this.#draw();
  }

  get #text() {
    return this.#definition.fields.find(({ kind }) => kind === "text");
  }

  #draw() {
    const { fields, questions } = this.#definition;
    this.try.hidden = !this.#text;
    const typed = this.try.querySelector("textarea").value;
    const data = typed && this.#text ? { ...this.#data, [this.#text.name]: typed } : this.#data;
    this.#answers = {};
    const shown = fields.filter((field) => field.shown !== "nobody").map((field) => [field.name, field, attempt(() => drawField(field, data[field.name]))]);
    const elements = Object.fromEntries(shown.map(([name, , element]) => [name, element]).filter(([, element]) => element));
    this.#parts = questions.map((question) => ({ question, element: attempt(() => makeQuestion(question)) }));
    const card = make("div", { className: "preview-text" }, ...shown.map(([, field, element]) => element ?? missing(field)));
    this.replaceChildren(card, ...this.#parts.map((part) => (part.box = box(part))));
    const asked = Object.fromEntries(this.#parts.map(({ question, element }) => [question.name, element]));
    for (const part of this.#parts) if (part.element) showIn(part, { data, fields: elements, questions: asked });
    this.#showAsked();
  }

  #answered({ question, answer }) {
    this.#answers = { ...this.#answers, [question]: answer ?? undefined };
    this.#showAsked();
  }

  #showAsked() {
    const valuesOf = (name, answer) => this.#parts.find(({ question }) => question.name === name)?.element?.values(answer) ?? [];
    const asked = new Set(askedNames(this.#definition.questions, this.#answers, valuesOf));
    for (const { question, box: element } of this.#parts) element.classList.toggle("se-not-asked", !asked.has(question.name));
  }
}

/** A kind whose element is not there, or that cannot show this, is told in words. */
function attempt(draw) {
  try {
    return draw();
  } catch {
    return null;
  }
}

function drawField(field, value) {
  const element = Object.assign(fieldKinds.create(field.kind), { field });
  element.classList.add("reading");
  element.value = value;
  return element;
}

function makeQuestion(question) {
  return Object.assign(questionKinds.create(question.per ? "repeated" : question.kind), { question });
}

/** Once it is in the page, as on the labeling page: some kinds draw into the fields around them. */
function showIn(part, task) {
  const drawn = attempt(() => {
    Object.assign(part.element, { task, answer: null });
    return part.element;
  });
  if (drawn) return;
  part.element.replaceWith(missing(part.question));
  part.element = null;
}

function box({ question, element }) {
  const help = question.help ? make("p", { className: "help", textContent: question.help }) : null;
  const when = question.when ? make("p", { className: "help se-when", textContent: "Asked only in some cases." }) : null;
  return make("section", { className: "se-question" }, make("p", { className: "strong", textContent: question.title }), help, when, element ?? missing(question));
}

function missing({ kind }) {
  return make("p", { className: "help", textContent: `The preview cannot draw the kind “${kind}”.` });
}

function shapeOf(value) {
  return Array.isArray(value) ? typeof value[0] : value === null ? "null" : typeof value;
}

customElements.define("schema-preview", SchemaPreview);
