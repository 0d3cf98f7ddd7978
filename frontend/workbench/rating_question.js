import { questionKinds } from "./kinds.js";
import { QuestionElement, part } from "./question_element.js";
import { keyName } from "./shortcuts.js";
import { StepKeys } from "./step_keys.js";

const DIGITS = 10;

/** A step on a scale: a row of buttons; where all steps are digits, each is its own key until a person chooses another. */
export class RatingQuestion extends QuestionElement {
  #buttons = new Map();

  build({ lowest = 1, highest = 5, low = "", high = "" }) {
    const steps = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
    this.#buttons = new Map(steps.map((step) => [step, this.#button(step)]));
    const keyed = this.#hasKeys ? steps : [];
    this.keys = new StepKeys(this.question, keyed.map((step) => ({ value: `step:${step}`, title: `${step} of ${highest}`, key: String(step % DIGITS) })));
    this.#showKeys();
    const row = part("div", "rating-steps", {}, ...this.#buttons.values());
    this.replaceChildren(part("span", "rating-end", { textContent: low }), row, part("span", "rating-end", { textContent: high }));
  }

  #button(step) {
    const mark = part("kbd", "key", { hidden: true, ariaHidden: "true" });
    const button = part("button", "rating-step", { type: "button", ariaPressed: "false" }, part("span", "", { textContent: String(step) }), mark);
    button.addEventListener("click", () => this.choose(step));
    return button;
  }

  get #hasKeys() {
    const { lowest = 1, highest = 5 } = this.question;
    return lowest >= 0 && highest <= DIGITS && highest - lowest < DIGITS;
  }

  giveKeys() {
    this.keys.giveKeys();
    this.#showKeys();
  }

  /** A step that is its own key needs no second sign of it. */
  #showKeys() {
    [...this.#buttons].forEach(([step, button], index) => {
      const key = this.keys.at(index);
      const isPlain = !key || key === String(step % DIGITS);
      Object.assign(button.lastChild, { textContent: isPlain ? "" : keyName(key), hidden: isPlain });
      if (key) button.setAttribute("aria-keyshortcuts", key);
    });
  }

  show(answer) {
    for (const [step, button] of this.#buttons) button.ariaPressed = String(step === answer);
  }

  suggest(suggestion) {
    for (const [step, button] of this.#buttons) button.classList.toggle("suggested", step === suggestion?.value);
  }

  get shortcuts() {
    const steps = [...this.#buttons.keys()];
    return this.keys.shortcuts((index) => ({ answer: steps[index] }));
  }

  get keyRows() {
    return this.keys.rows;
  }

  get isOneGesture() {
    return true;
  }

  describe(answer) {
    return `${answer} of ${this.question.highest ?? 5}`;
  }
}

questionKinds.register("rating", RatingQuestion);
