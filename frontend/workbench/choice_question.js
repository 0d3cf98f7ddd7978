import { write } from "./frames.js";
import { questionKinds } from "./kinds.js";
import { OptionButtons } from "./option_buttons.js";
import { QuestionElement } from "./question_element.js";

const MANY = 16; // from here on the buttons are smaller

/** Options as buttons: what choosing one and choosing several have in common. */
export class OptionsQuestion extends QuestionElement {
  #pressed = new Set();

  build(question) {
    this.buttons = new OptionButtons(question, { press: (value) => this.choose(value) });
    this.classList.add("options");
    this.classList.toggle("many", this.buttons.size > MANY);
    this.replaceChildren(...this.buttons.elements);
  }

  /** Only what has changed by the next frame is touched: twenty tasks a second pass here. */
  press(values) {
    const wanted = new Set(values);
    write(this, () => {
      for (const value of this.#pressed) if (!wanted.has(value)) this.buttons.get(value)?.press(false);
      for (const value of wanted) if (!this.#pressed.has(value)) this.buttons.get(value)?.press(true);
      this.#pressed = wanted;
    });
  }

  suggestEach(confidences, suggested) {
    for (const [value, button] of this.buttons) button.suggest(confidences.get(value), suggested.includes(value));
  }

  get shortcuts() {
    return this.buttons.shortcuts((answer) => ({ answer }));
  }
}

/** One answer out of a list of options. */
export class ChoiceQuestion extends OptionsQuestion {
  show(answer) {
    this.press(answer === null ? [] : [answer]);
  }

  suggest(suggestion) {
    const confidences = new Map((suggestion?.alternatives ?? []).map(({ value, confidence }) => [value, confidence]));
    if (suggestion) confidences.set(suggestion.value, suggestion.confidence);
    this.suggestEach(confidences, suggestion ? [suggestion.value] : []);
  }

  get isOneGesture() {
    return true;
  }

  fitting(answer) {
    return this.buttons.get(answer) ? { answer, missing: "" } : { answer: null, missing: "it is no option any more" };
  }

  describe(value) {
    return this.titleOf(value);
  }
}

questionKinds.register("choice", ChoiceQuestion);
