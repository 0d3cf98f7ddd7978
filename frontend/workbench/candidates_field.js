import { fieldKinds } from "./kinds.js";
import { part } from "./question_element.js";
import { shuffledFor } from "./shuffle.js";

/** A list to compare: cards side by side where there is room, numbered as their keys are. */
export class CandidatesField extends HTMLElement {
  shown = []; // as they stand on screen

  set field(field) {
    this.definition = field;
    if (field.title) this.setAttribute("aria-label", field.title);
  }

  /** Candidates as they stand on screen, whenever this person looks at them. */
  arranged(candidates = []) {
    const person = document.documentElement.dataset.person ?? "";
    return this.definition.shuffled ? shuffledFor(person, candidates) : candidates;
  }

  /** What a part is called in a sentence. */
  partName(id, candidates) {
    return String(this.arranged(candidates).findIndex((one) => one.id === id) + 1);
  }

  set value(candidates) {
    this.shown = this.arranged(candidates ?? []);
    const cards = this.shown.map((candidate, index) => card(candidate, index));
    this.parts = this.shown.map(({ id, title, text }, index) => ({ id, title: `${index + 1}. ${title ?? text}`, element: cards[index] }));
    this.classList.toggle("two", this.shown.length === 2);
    this.replaceChildren(...cards);
  }

  set marks(words) {}
}

function card({ text, title }, index) {
  const head = part("header", "candidate-head", {}, part("span", "candidate-number", { textContent: String(index + 1) }));
  if (title) head.append(part("span", "candidate-title", { textContent: title, dir: "auto" }));
  return part("article", "candidate", {}, head, part("div", "candidate-text", { textContent: text, dir: "auto" }));
}

fieldKinds.register("candidates", CandidatesField);
