/** The definition as JSON: the form's own text box, with what is wrong and on which line. */
import { button, make } from "./dom.js";
import { jsonProblem, lineOf, offsetsOf } from "./json_places.js";

export class JsonView {
  /** `field` is the text box as the server drew it, with its label; `changed` is called while one types. */
  constructor(field, changed) {
    this.field = field;
    this.text = field.querySelector("textarea");
    this.list = make("ul", { className: "errors se-json-problems" });
    this.list.ariaLive = "polite";
    field.append(this.list);
    this.text.addEventListener("input", changed);
  }

  get isRight() {
    return jsonProblem(this.text.value) === null;
  }

  read() {
    return JSON.parse(this.text.value);
  }

  write(definition) {
    this.text.value = JSON.stringify(definition, null, 2);
  }

  show(isShown) {
    this.field.hidden = !isShown;
    if (isShown) this.field.querySelector(".errors:not(.se-json-problems)")?.remove(); // the server's; now they are told as one types
  }

  /** Each as a button that leads to its line. */
  tell(problems) {
    const wrong = jsonProblem(this.text.value);
    const items = wrong ? [this.#item(`Line ${wrong.line}, column ${wrong.column}: ${wrong.message}`, offset(this.text.value, wrong))] : this.#items(problems);
    this.list.replaceChildren(...items);
    this.text.setAttribute("aria-invalid", String(items.length > 0));
  }

  #items(problems) {
    if (problems.length === 0) return [];
    const offsets = offsetsOf(this.text.value);
    return problems.slice(0, 50).map(({ path, message }) => {
      const place = lineOf(this.text.value, offsets, path);
      return this.#item(`Line ${place.line}: ${path ? `${path}: ` : ""}${message}`, place.offset);
    });
  }

  #item(words, at) {
    const go = () => {
      this.text.focus();
      this.text.setSelectionRange(at, at);
      const line = this.text.value.slice(0, at).split("\n").length;
      this.text.scrollTop = (line - 4) * parseFloat(getComputedStyle(this.text).lineHeight);
    };
    return make("li", {}, button(words, go, { look: "link-button bad" }));
  }
}

function offset(text, { line, column }) {
  return text.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}
