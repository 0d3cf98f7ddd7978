import { questionKinds } from "./kinds.js";
import { QuestionElement, part } from "./question_element.js";

const DIGITS = 10;

/** A step on a scale: a row of buttons; where all steps are digits, each is its own key. */
export class RatingQuestion extends QuestionElement {
  #buttons = new Map();

  build({ lowest = 1, highest = 5, low = "", high = "" }) {
    const steps = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
    this.#buttons = new Map(steps.map((step) => [step, this.#button(step)]));
    const row = part("div", "rating-steps", {}, ...this.#buttons.values());
    this.replaceChildren(part("span", "rating-end", { textContent: low }), row, part("span", "rating-end", { textContent: high }));
  }

  #button(step) {
    const button = part("button", "rating-step", { type: "button", ariaPressed: "false", textContent: String(step) });
    if (this.#hasKeys) button.setAttribute("aria-keyshortcuts", String(step % DIGITS));
    button.addEventListener("click", () => this.choose(step));
    return button;
  }

  get #hasKeys() {
    const { lowest = 1, highest = 5 } = this.question;
    return lowest >= 0 && highest <= DIGITS && highest - lowest < DIGITS;
  }

  show(answer) {
    for (const [step, button] of this.#buttons) button.ariaPressed = String(step === answer);
  }

  suggest(suggestion) {
    for (const [step, button] of this.#buttons) button.classList.toggle("suggested", step === suggestion?.value);
  }

  get shortcuts() {
    if (!this.#hasKeys) return [];
    return [...this.#buttons.keys()].map((step) => ({ key: String(step % DIGITS), label: `${step} of ${this.question.highest ?? 5}`, answer: step }));
  }

  get isOneGesture() {
    return true;
  }

  describe(answer) {
    return `${answer} of ${this.question.highest ?? 5}`;
  }
}

questionKinds.register("rating", RatingQuestion);
