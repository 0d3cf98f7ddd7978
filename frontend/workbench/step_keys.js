import { keymap } from "./keymap.js";

export const DIGITS = [..."1234567890"];

/**
 * The keys of what is no option but stands in a row: steps of a scale, places of a list. Each has a digit, unless a person chooses
 * otherwise; what comes after the tenth has none. A step is `{value, title, key}`, its value a name under which a choice is kept.
 */
export class StepKeys {
  #path;
  #steps;
  #keys;

  constructor(question, steps) {
    this.#path = question.path ?? question.name;
    this.#steps = steps.slice(0, DIGITS.length);
    this.giveKeys();
  }

  /** Bring the keys in line with what the person has chosen. */
  giveKeys() {
    this.#keys = keymap.optionKeys(this.#path, this.#steps);
  }

  get all() {
    return this.#keys;
  }

  /** The key of the step at that place in the row; "" for none. */
  at(index) {
    return this.#keys[index] ?? "";
  }

  shortcuts(act) {
    return this.#steps.map(({ title }, index) => ({ key: this.#keys[index], label: title, ...act(index) }));
  }

  /** A row for each in the list of all keys, where a person changes them. */
  get rows() {
    return this.#steps.map(({ value, title, key }, index) => ({ key: this.#keys[index], does: title, usual: key, scope: this.#path, option: value }));
  }
}

/** The steps of a row with those titles. */
export function stepsOf(titles) {
  return titles.map((title, index) => ({ value: `step:${index + 1}`, title, key: DIGITS[index] }));
}
