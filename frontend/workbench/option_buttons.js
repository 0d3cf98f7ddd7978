import { keymap } from "./keymap.js";
import { OptionButton } from "./option_button.js";

/**
 * The options of a question as buttons, each with its key: the person's own choice, else the schema's, else the next free one. `press`
 * is told of the value that was pressed; `actions` are the tools of this question, `taken` other keys that it needs itself, as a list
 * or as what returns the list of now; `spared` are keys that no option has unless a person gives it one.
 */
export class OptionButtons {
  #buttons;

  constructor(question, { press, actions = [], taken = [], spared = [] }) {
    this.path = question.path ?? question.name;
    this.options = (question.options ?? []).filter(({ retired }) => !retired);
    Object.assign(this, { actions, taken, spared });
    this.#buttons = new Map(this.options.map((option) => [option.value, new OptionButton(option)]));
    for (const [value, { button }] of this.#buttons) button.addEventListener("click", () => press(value));
    this.giveKeys();
  }

  /** Bring the keys in line with what the person has chosen. */
  giveKeys() {
    const keys = keymap.optionKeys(this.path, this.options, this.#own, this.spared);
    [...this.#buttons.values()].forEach((button, index) => (button.key = keys[index]));
  }

  get #own() {
    const taken = typeof this.taken === "function" ? this.taken() : this.taken;
    return [...taken, ...this.actions.map((name) => keymap.keyOf(name))];
  }

  get size() {
    return this.options.length;
  }

  get elements() {
    return [...this.#buttons.values()].map(({ button }) => button);
  }

  get(value) {
    return this.#buttons.get(value);
  }

  [Symbol.iterator]() {
    return this.#buttons[Symbol.iterator]();
  }

  /** What keys press: `{key, label, ...act(value)}` for each option that has one. */
  shortcuts(act, labelOf = ({ title }) => title) {
    const withKeys = this.options.map((option) => [option, this.get(option.value)]).filter(([, { key }]) => key);
    return withKeys.map(([option, { key }]) => ({ key, label: labelOf(option), ...act(option.value) }));
  }

  /** A row for each option in the list of all keys, where a person changes them. */
  get keyRows() {
    const usual = keymap.usualKeys(this.options, this.#own, this.spared);
    return this.options.map(({ value, title }, index) => ({
      key: this.get(value).key,
      does: title,
      usual: usual[index],
      scope: this.path,
      option: value,
    }));
  }
}
