import { questionKinds } from "./kinds.js";
import { QuestionElement, fittingSameField, part } from "./question_element.js";

const KEYS = "1234567890";

/** Candidates in order: press or tap them one after the other, best first; again takes one out. */
export class RankingQuestion extends QuestionElement {
  #buttons = new Map(); // candidate id -> button

  showTask({ data, fields }) {
    const shown = fields[this.question.on]?.shown ?? data[this.question.on] ?? [];
    this.#buttons = new Map(shown.map((candidate, index) => [candidate.id, this.#button(candidate, index)]));
    this.replaceChildren(...this.#buttons.values());
  }

  #button({ id, text, title }, index) {
    const key = KEYS[index] ?? "";
    const button = part("button", "rank-button", { type: "button", ariaPressed: "false" });
    if (key) button.setAttribute("aria-keyshortcuts", key);
    const mark = part("kbd", "key", { textContent: key, hidden: !key, ariaHidden: "true" });
    const said = title ?? text;
    button.append(mark, part("span", "option-title", { textContent: said.length > 60 ? `${said.slice(0, 59)}…` : said, dir: "auto" }), part("span", "rank-place"));
    button.addEventListener("click", () => this.choose(id));
    return button;
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
    return [...this.#buttons.keys()].slice(0, KEYS.length).map((id, index) => ({ key: KEYS[index], label: `Rank ${index + 1} next`, answer: id }));
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

  describe(answer) {
    return answer.join(" > ");
  }
}

questionKinds.register("ranking", RankingQuestion);
