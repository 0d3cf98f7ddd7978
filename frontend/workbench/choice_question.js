import { questionKinds } from "./kinds.js";
import { OptionButton } from "./option_button.js";
import { QuestionElement } from "./question_element.js";
import { assignKeys } from "./shortcuts.js";

const MANY = 16; // from here on the buttons are smaller

/** Options as buttons: what choosing one and choosing several have in common. */
export class OptionsQuestion extends QuestionElement {
  #buttons = new Map(); // option value -> its button
  #pressed = new Set();

  build(question) {
    const options = question.options.filter(({ retired }) => !retired);
    const keys = assignKeys(options);
    this.#buttons = new Map(options.map((option, index) => [option.value, new OptionButton(option, keys[index])]));
    this.classList.add("options");
    this.classList.toggle("many", options.length > MANY);
    this.replaceChildren(...[...this.#buttons.values()].map(({ button }) => button));
    for (const [value, { button }] of this.#buttons) button.addEventListener("click", () => this.choose(value));
  }

  /** Only what changes is touched: twenty tasks a second pass here. */
  press(values) {
    const wanted = new Set(values);
    for (const value of this.#pressed) if (!wanted.has(value)) this.#buttons.get(value)?.press(false);
    for (const value of wanted) if (!this.#pressed.has(value)) this.#buttons.get(value)?.press(true);
    this.#pressed = wanted;
  }

  suggestEach(confidences, suggested) {
    for (const [value, button] of this.#buttons) button.suggest(confidences.get(value), suggested.includes(value));
  }

  get shortcuts() {
    const parts = [...this.#buttons.entries()].filter(([, { key }]) => key);
    return parts.map(([value, { key }]) => ({ key, label: this.titleOf(value), answer: value }));
  }

  titleOf(value) {
    return this.question.options.find((option) => option.value === value)?.title ?? String(value ?? "");
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

  describe(value) {
    return this.titleOf(value);
  }
}

questionKinds.register("choice", ChoiceQuestion);
