import { questionKinds } from "./kinds.js";
import { OptionButtons } from "./option_buttons.js";
import { QuestionElement, fittingSameField, part } from "./question_element.js";
import { keyName } from "./shortcuts.js";
import { DIGITS, StepKeys, stepsOf } from "./step_keys.js";

const TIE = "tie";
const DEGREES = { 1: [""], 2: ["slightly", ""], 3: ["slightly", "", "much"] };

/** Which of two is better, as one row from "first much better" over "no difference" to "second much better"; then reasons. */
export class PreferenceQuestion extends QuestionElement {
  #steps = []; // {better, strength, button}
  #keys = null; // of the steps

  build(question) {
    this.row = part("div", "preference-steps", { ariaLabel: question.title });
    this.#keys = new StepKeys(question, []);
    this.buttons = new OptionButtons(question, { press: (value) => this.#reason(value), taken: () => this.#keys.all, spared: DIGITS }); // the reasons
    const reasons = part("div", "preference-reasons options", {}, ...this.buttons.elements);
    this.replaceChildren(this.row, reasons);
    reasons.hidden = this.buttons.size === 0;
  }

  showTask({ data, fields }) {
    this.field = fields[this.question.on];
    const [left, right] = this.#arranged(data);
    if (!right) return this.row.replaceChildren();
    const { steps = 3, ties = true } = this.question;
    const strengths = Array.from({ length: steps }, (_, index) => index + 1);
    this.#steps = [
      ...strengths.toReversed().map((strength) => ({ better: left.id, strength, side: "left" })),
      ...(ties ? [{ better: TIE, side: "middle" }] : []),
      ...strengths.map((strength) => ({ better: right.id, strength, side: "right" })),
    ];
    const names = namesOf([left, right]);
    this.#keys = new StepKeys(this.question, stepsOf(this.#steps.map((step) => this.#inWords(step, names))));
    this.row.replaceChildren(...this.#steps.map((step) => this.#button(step, names)));
    this.giveKeys();
  }

  #arranged(data) {
    const candidates = data[this.question.on] ?? [];
    return this.field?.arranged(candidates) ?? candidates;
  }

  /** The reasons have what the steps leave. */
  giveKeys() {
    this.#keys.giveKeys();
    this.#steps.forEach(({ button }, index) => {
      const key = this.#keys.at(index);
      Object.assign(button.firstChild, { textContent: key && keyName(key), hidden: !key });
      if (key) button.setAttribute("aria-keyshortcuts", key);
    });
    super.giveKeys();
  }

  get keyRows() {
    return [...this.#keys.rows, ...super.keyRows];
  }

  #button(step, names) {
    step.button = part("button", `preference-step ${step.side}`, { type: "button", ariaPressed: "false" }, part("kbd", "key", { ariaHidden: "true" }), part("span", "", { textContent: this.#inWords(step, names) }));
    step.button.addEventListener("click", () => this.#choose(step));
    return step.button;
  }

  #inWords({ better, strength }, names) {
    if (better === TIE) return "no difference";
    const { steps = 3 } = this.question;
    const degree = DEGREES[steps]?.[strength - 1] ?? `${strength} of ${steps}:`;
    return `${names[better] ?? better} ${degree} better`.replace("  ", " ");
  }

  show(answer) {
    const { steps = 3 } = this.question;
    for (const { better, strength, button } of this.#steps) {
      button.ariaPressed = String(answer?.better === better && (better === TIE || steps === 1 || answer.strength === strength));
    }
    for (const [value, reason] of this.buttons) reason.press(Boolean(answer?.reasons?.includes(value)));
  }

  suggest(suggestion) {
    const { better, strength } = suggestion?.value ?? {};
    for (const step of this.#steps) step.button.classList.toggle("suggested", step.better === better && (step.strength === strength || better === TIE));
  }

  get shortcuts() {
    const steps = this.#keys.shortcuts((index) => ({ run: () => this.#choose(this.#steps[index]) }));
    return [...steps, ...this.buttons.shortcuts((value) => ({ run: () => this.#reason(value) }))];
  }

  #choose({ better, strength }) {
    const { steps = 3 } = this.question;
    const answer = { better, ...(better !== TIE && steps > 1 ? { strength } : {}) };
    const reasons = this.answer?.reasons;
    this.give(reasons ? { ...answer, reasons } : answer, { isComplete: this.buttons.size === 0 });
  }

  #reason(value) {
    if (!this.answer?.better) return;
    const given = new Set(this.answer.reasons ?? []);
    if (!given.delete(value)) given.add(value);
    const reasons = [...this.buttons].map(([one]) => one).filter((one) => given.has(one));
    const { reasons: _, ...rest } = this.answer;
    this.give(reasons.length > 0 ? { ...rest, reasons } : rest);
  }

  get isOneGesture() {
    return this.buttons.size === 0;
  }

  choose(answer) {
    this.give(answer, { isComplete: this.isOneGesture });
  }

  fitting(answer, tasks) {
    return fittingSameField(this.question, answer, tasks);
  }

  values({ better }) {
    return [better];
  }

  describe({ better, strength = 1, reasons = [] }, data = {}) {
    const why = reasons.map((value) => this.titleOf(value)).join(", ");
    const said = this.#inWords({ better, strength }, namesOf(this.#arranged(data)));
    return why ? `${said}: ${why}` : said;
  }
}

const namesOf = ([left, right]) => (right ? { [left.id]: left.title ?? "First", [right.id]: right.title ?? "Second" } : {});

questionKinds.register("preference", PreferenceQuestion);
