import { questionKinds } from "./kinds.js";
import { QuestionElement, part } from "./question_element.js";

/**
 * Questions answered by typing. The box has the keyboard while its question is the active one; Enter goes on (in a text of
 * several lines with Ctrl or ⌘), Escape gives the keys back to the page.
 */
class InputQuestion extends QuestionElement {
  build(question) {
    this.input = this.makeInput(question);
    this.input.setAttribute("aria-label", question.title);
    this.problem = part("p", "input-problem", { role: "status" });
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#press(event));
    this.replaceChildren(part("div", "input-line", {}, this.input, ...this.besides(question)), this.problem);
  }

  /** What stands beside the box: a unit, a count. */
  besides() {
    return [];
  }

  show(answer) {
    const text = answer === null ? "" : String(answer);
    if (document.activeElement === this.input && this.read(this.input.value) === answer) return; // being typed: leave it as it stands
    if (this.input.value !== text) this.input.value = text;
    this.said("");
  }

  suggest(suggestion) {
    this.input.placeholder = suggestion ? String(suggestion.value) : "";
    this.classList.toggle("suggested", Boolean(suggestion));
  }

  get wantsFocus() {
    return true;
  }

  focusControl() {
    this.input.focus({ preventScroll: true });
  }

  said(text) {
    if (this.problem.textContent !== text) this.problem.textContent = text;
    if (text) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  #typed() {
    const answer = this.read(this.input.value);
    this.said(this.input.value && answer === null ? this.reason(this.input.value) : "");
    this.give(answer);
  }

  #press(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      return this.closest("[tabindex='-1']")?.focus({ preventScroll: true });
    }
    const goesOn = event.key === "Enter" && (this.input.tagName === "INPUT" || event.ctrlKey || event.metaKey);
    if (!goesOn) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("go-on", { bubbles: true }));
  }
}

/** A number. */
export class NumberQuestion extends InputQuestion {
  makeInput({ minimum, maximum, whole }) {
    const input = part("input", "input number-input", { type: "text", inputMode: whole ? "numeric" : "decimal", autocomplete: "off" });
    this.bounds = { minimum: minimum ?? -Infinity, maximum: maximum ?? Infinity, whole: Boolean(whole) };
    return input;
  }

  besides({ unit, minimum, maximum }) {
    const range = [minimum !== undefined ? `from ${minimum}` : "", maximum !== undefined ? `to ${maximum}` : ""].filter(Boolean).join(" ");
    return [part("span", "input-unit", { textContent: unit ?? "" }), part("span", "help", { textContent: range })];
  }

  read(text) {
    const number = Number(text.trim().replace(",", "."));
    const { minimum, maximum, whole } = this.bounds;
    if (!text.trim() || !Number.isFinite(number) || number < minimum || number > maximum) return null;
    return whole && !Number.isInteger(number) ? null : number;
  }

  reason(text) {
    const number = Number(text.trim().replace(",", "."));
    if (!Number.isFinite(number)) return `“${text}” is no number.`;
    if (this.bounds.whole && !Number.isInteger(number)) return "A whole number is asked for.";
    return number < this.bounds.minimum ? `${this.bounds.minimum} is the least.` : `${this.bounds.maximum} is the most.`;
  }

  describe(answer) {
    return `${answer} ${this.question.unit ?? ""}`.trim();
  }
}

/** A date, with or without a time of day. */
export class DateQuestion extends InputQuestion {
  makeInput({ with_time: withTime }) {
    return part("input", "input", { type: withTime ? "datetime-local" : "date" });
  }

  read(text) {
    return text || null;
  }

  describe(answer) {
    return String(answer).replace("T", " ");
  }
}

/** A text that people write or correct. */
export class TextQuestion extends InputQuestion {
  makeInput({ lines = 3 }) {
    const input = lines > 1 ? part("textarea", "input", { rows: lines }) : part("input", "input", { type: "text", autocomplete: "off" });
    input.dir = "auto";
    return input;
  }

  besides({ lines = 3 }) {
    this.count = part("span", "help input-count");
    return lines > 1 ? [this.count, part("span", "help only-keys", {}, part("kbd", "key", { textContent: "ctrl ↵" }), " goes on")] : [this.count];
  }

  /** A draft to correct stands in the box from the start; it is an answer only once it was touched or submitted. */
  showTask({ data }) {
    this.draft = this.question.draft ? (data[this.question.draft] ?? "") : "";
  }

  show(answer) {
    super.show(answer ?? (this.draft || null));
    this.#counted(this.input.value);
  }

  suggest() {}

  read(text) {
    const { shortest = 1, longest = 10_000 } = this.question;
    const length = [...text.trim()].length;
    this.#counted(text);
    return length < shortest || [...text].length > longest ? null : text;
  }

  reason(text) {
    const { shortest = 1, longest = 10_000 } = this.question;
    const length = [...text].length;
    return length > longest ? `${length - longest} characters too many.` : `At least ${shortest} characters are asked for.`;
  }

  /** Going on leaves the draft as it is. */
  get blank() {
    if (this.draft && this.input.value === this.draft) return this.draft;
    return this.question.shortest === 0 ? "" : null;
  }

  describe(answer) {
    return answer.length > 40 ? `${answer.slice(0, 39)}…` : answer;
  }

  values() {
    return [];
  }

  #counted(text) {
    const { longest = 10_000 } = this.question;
    const left = longest - [...text].length;
    this.count.textContent = left < 200 ? `${left} left` : "";
  }
}

questionKinds.register("number", NumberQuestion);
questionKinds.register("date", DateQuestion);
questionKinds.register("text", TextQuestion);
