import { questionKinds } from "./kinds.js";
import { QuestionElement, fittingSameField, part } from "./question_element.js";
import { keyName } from "./shortcuts.js";
import { shortened } from "./spans/span_display.js";
import { StepKeys, stepsOf } from "./step_keys.js";

/** Candidates in order: press or tap them one after the other, best first; again takes one out. */
export class RankingQuestion extends QuestionElement {
  #buttons = new Map(); // candidate id -> button
  #keys = null; // one for each place on screen

  build(question) {
    this.#keys = new StepKeys(question, []);
  }

  showTask({ data, fields }) {
    this.field = fields[this.question.on];
    const shown = this.#arranged(data);
    this.#keys = new StepKeys(this.question, stepsOf(shown.map((_, index) => `Rank ${index + 1} next`)));
    this.#buttons = new Map(shown.map((candidate) => [candidate.id, this.#button(candidate)]));
    this.#showKeys();
    this.replaceChildren(...this.#buttons.values());
  }

  #arranged(data) {
    const candidates = data[this.question.on] ?? [];
    return this.field?.arranged(candidates) ?? candidates;
  }

  #button({ id, text, title }) {
    const button = part("button", "rank-button", { type: "button", ariaPressed: "false" });
    const mark = part("kbd", "key", { ariaHidden: "true" });
    const said = title ?? text;
    button.append(mark, part("span", "option-title", { textContent: said.length > 60 ? `${said.slice(0, 59)}…` : said, dir: "auto" }), part("span", "rank-place"));
    button.addEventListener("click", () => this.choose(id));
    return button;
  }

  giveKeys() {
    this.#keys.giveKeys();
    this.#showKeys();
  }

  #showKeys() {
    [...this.#buttons.values()].forEach((button, index) => {
      const key = this.#keys.at(index);
      Object.assign(button.firstChild, { textContent: key && keyName(key), hidden: !key });
      if (key) button.setAttribute("aria-keyshortcuts", key);
    });
  }

  get keyRows() {
    return this.#keys.rows;
  }

  show(answer) {
    for (const [id, button] of this.#buttons) {
      const place = answer?.indexOf(id) ?? -1;
      button.ariaPressed = String(place >= 0);
      button.lastChild.textContent = place >= 0 ? `${place + 1}.` : "";
    }
  }

  suggest(suggestion) {
    for (const [id, button] of this.#buttons) button.classList.toggle("suggested", Boolean(suggestion?.value.includes(id)));
  }

  get shortcuts() {
    const ids = [...this.#buttons.keys()];
    return this.#keys.shortcuts((index) => ({ answer: ids[index] }));
  }

  choose(id) {
    const ranked = this.answer ?? [];
    const wanted = this.question.top ? Math.min(this.question.top, this.#buttons.size) : this.#buttons.size;
    if (ranked.includes(id)) return this.give(ranked.filter((one) => one !== id));
    if (ranked.length >= wanted) return;
    const next = [...ranked, id];
    const left = [...this.#buttons.keys()].filter((one) => !next.includes(one));
    if (left.length === 1 && next.length + 1 === wanted) next.push(left[0]); // there is only one place for the last
    this.give(next, { isComplete: next.length === wanted });
  }

  /** Half a ranking is no answer yet. */
  get isOneGesture() {
    return false;
  }

  isComplete(answer) {
    const wanted = this.question.top ? Math.min(this.question.top, this.#buttons.size) : this.#buttons.size;
    return answer.length === wanted;
  }

  fitting(answer, tasks) {
    return fittingSameField(this.question, answer, tasks);
  }

  values(answer) {
    return answer.slice(0, 1);
  }

  describe(answer, data = {}) {
    const names = new Map(this.#arranged(data).map(({ id, title, text }) => [id, shortened(title ?? text, 30)]));
    return answer.map((id) => names.get(id) ?? id).join(" > ");
  }
}

questionKinds.register("ranking", RankingQuestion);
