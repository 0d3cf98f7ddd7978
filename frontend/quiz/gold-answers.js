import { keymap } from "../workbench/keymap.js";
import { press, part } from "../workbench/question_element.js";
import { isPlainPress, keyMeant } from "../workbench/shortcuts.js";
import { Stage } from "../workbench/stage.js";

/** <gold-answers>: the task and the questions' own widgets in an ordinary form, whose hidden field "answers" gets what is chosen. */
class GoldAnswers extends HTMLElement {
  connectedCallback() {
    const { schema, task, answers, keys } = JSON.parse(document.getElementById("gold-config").textContent);
    keymap.begin({ own: keys });
    this.answers = { ...answers };
    this.append(...["fields", "why", "questions", "option-help"].map(place));
    this.tabIndex = -1;
    this.stage = new Stage(this, { schema, showSuggestions: false });
    this.stage.show({ task, predictions: {} }, this.answers);
    this.addEventListener("answer-change", ({ detail }) => this.#changed(detail));
    this.press = (event) => this.#press(event);
    document.addEventListener("keydown", this.press);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.press);
  }

  #changed({ question, answer }) {
    this.answers = { ...this.answers, [question]: answer };
    this.closest("form").elements.answers.value = JSON.stringify(this.stage.questions.given(this.answers));
  }

  #press(event) {
    if (!isPlainPress(event) || event.repeat) return;
    const { shortcuts } = this.stage;
    const key = keyMeant(event, shortcuts.map((one) => one.key));
    const shortcut = shortcuts.find((one) => one.key === key);
    if (!shortcut) return;
    event.preventDefault();
    press(shortcut);
  }
}

function place(name) {
  const element = part(name === "fields" || name === "questions" ? "div" : "p", `gold-${name}`);
  element.dataset.part = name;
  return element;
}

customElements.define("gold-answers", GoldAnswers);
