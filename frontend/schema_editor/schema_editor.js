// <schema-editor>: what is asked, edited as cards or as JSON. The text box inside it is what the form sends, always in line
// with what is shown; without script it is the editor. `schema-checked` tells who listens what the server thinks of it.
import "./controls.js";
import "./option_list.js";
import "./rows_control.js";
import "./tree_control.js";
import { button, make } from "./dom.js";
import { JsonView } from "./json_view.js";
import { followTitle, partList } from "./part_list.js";
import { goToProblem, placeProblems } from "./problems.js";

const PATIENCE_MS = 300;
const FEW = 3; // up to so many questions stand open

class SchemaEditor extends HTMLElement {
  #isJson = false;
  #open = new WeakMap(); // part -> whether its card is
  #newParts = new WeakSet();
  #newOptions = new WeakSet();
  #ownNames = new WeakSet();
  #unfolded = new WeakSet();
  #watched = [];
  #timer = null;
  #asked = 0;
  #problems = [];

  connectedCallback() {
    this.config = JSON.parse(document.getElementById("schema-editor-config").textContent);
    this.json = new JsonView(this.querySelector(".field"), () => this.#typedJson());
    this.form = make("div", { className: "stack loose" });
    this.status = button("", () => this.#goToProblem(), { look: "quiet small" });
    const told = make("span", {}, this.status);
    told.setAttribute("role", "status");
    this.views = ["Form", "JSON"].map((name) => button(name, () => this.#switch(name === "JSON"), { look: "small" }));
    const views = make("div", { className: "button-row" }, ...this.views);
    views.setAttribute("role", "group");
    views.setAttribute("aria-label", "Edit as");
    this.prepend(make("div", { className: "cluster apart se-bar" }, views, told), this.form);
    this.closest("form").addEventListener("submit", () => this.#sync());
    this.definition = this.json.isRight ? this.json.read() : null;
    this.#switch(!isDefinition(this.definition));
    this.#tell(this.config.problems);
    this.#check();
  }

  /** Switching loses nothing: both show one definition, and JSON that is not right yet stays where it is mended. */
  #switch(toJson) {
    if (!toJson && this.#isJson) {
      const read = this.json.isRight ? this.json.read() : null;
      if (!isDefinition(read)) {
        this.json.tell([{ path: "", message: "An object with lists of fields and questions is needed before it can be shown as a form." }]);
        toJson = true;
      } else this.definition = read;
    }
    if (toJson && !this.#isJson && this.definition) this.json.write(this.definition);
    this.#isJson = toJson;
    this.json.show(toJson);
    this.form.hidden = toJson;
    this.views.forEach((view, index) => (view.ariaPressed = String(index === Number(toJson))));
    if (!toJson) this.#draw();
    this.#tell(this.#problems);
  }

  #sync() {
    if (!this.#isJson) this.json.write(this.definition);
  }

  #typedJson() {
    this.definition = this.json.isRight ? this.json.read() : this.definition;
    this.json.tell([]);
    this.#checkSoon();
  }

  #draw() {
    this.#watched = [];
    const { fields, questions } = this.definition;
    this.form.replaceChildren(
      section("What a task shows", "A card for each part.", partList({ place: { name: "fields", list: fields }, path: "fields", editor: this.#context })),
      section("The questions", "People answer them in this order.", partList({ place: { name: "questions", list: questions }, path: "questions", editor: this.#context })),
    );
  }

  /** What cards and controls may know and do. */
  get #context() {
    return {
      definition: this.definition,
      language: this.config.language,
      colours: this.config.colours,
      ownNames: this.#ownNames,
      unfolded: this.#unfolded,
      kindOf: (list, part) => this.config.language[list].kinds.find(({ kind }) => kind === part.kind),
      titleOf: (part) => part.title || part.name || "untitled",
      isOpen: (part, place) => this.#open.get(part) ?? (place.name === "questions" ? this.definition.questions.length <= FEW : this.definition.fields.length > 1 && this.definition.fields.length <= FEW),
      setOpen: (part, isOpen) => this.#open.set(part, isOpen),
      watch: (element, refresh) => this.#watched.push({ element, refresh }),
      changed: (part, name) => this.#changed(part, name),
      redraw: (path, act) => this.#redraw(path, act),
      beginNew: (part) => {
        this.#newParts.add(part);
        this.#open.set(part, true);
        for (const option of Array.isArray(part.options) ? part.options : []) this.#newOptions.add(option);
      },
      beginNewOption: (option) => this.#newOptions.add(option),
      isNewOption: (option) => this.#newOptions.has(option),
      ownValue: (option) => this.#newOptions.delete(option),
    };
  }

  #changed(part, name) {
    if (name === "title" && this.#newParts.has(part) && !this.#ownNames.has(part)) this.#followTitle(part);
    this.#watched = this.#watched.filter(({ element }) => element.isConnected);
    for (const { refresh } of this.#watched) refresh();
    this.#checkSoon();
  }

  #followTitle(part) {
    const places = [{ name: "fields", list: this.definition.fields }, { name: "questions", list: this.definition.questions }];
    const nested = this.definition.questions.map(({ questions = [] }) => ({ name: "questions", list: questions, isNested: true }));
    const place = [...places, ...nested].find(({ list }) => list.includes(part));
    if (place) followTitle(this.#context, part, place);
  }

  /** Draw all anew and go to the part at `path`, to the button `act` of it where there is one. */
  #redraw(path, act) {
    this.#draw();
    const part = this.form.querySelector(`[data-path="${CSS.escape(path)}"]`);
    const acting = act && part?.querySelector(`:scope > .se-head [data-act=${act}]:not(:disabled)`);
    (acting ?? part?.querySelector(":scope > .se-body :is(input, select, textarea)") ?? part?.querySelector("button, select"))?.focus();
    placeProblems(this.form, this.#problems);
    this.#checkSoon();
  }

  #checkSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), PATIENCE_MS);
  }

  async #check() {
    this.#sync();
    if (!this.json.isRight) return this.#tell([]);
    const asked = (this.#asked += 1);
    const checked = await this.#fetch();
    if (asked !== this.#asked || !checked) return; // newer words are on their way, or the server is away
    this.#tell(checked.problems);
    this.dispatchEvent(new CustomEvent("schema-checked", { bubbles: true, detail: { ...checked, data: this.config.data } }));
  }

  async #fetch() {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": document.querySelector("meta[name=csrf-token]")?.content ?? "" };
    try {
      const answer = await fetch(this.config.check, { method: "POST", headers, body: JSON.stringify({ definition: this.definition }) });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // offline: the form's answer will say it
    }
  }

  #tell(problems) {
    this.#problems = problems;
    if (this.#isJson) this.json.tell(problems);
    else placeProblems(this.form, problems);
    const count = this.#isJson && !this.json.isRight ? 1 : problems.length;
    const words = count === 0 ? "Nothing to mend ✓" : `${count} ${count === 1 ? "thing" : "things"} to mend`;
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.classList.toggle("bad-text", count > 0);
    this.status.disabled = count === 0;
  }

  /** Checked anew first: what the count speaks of may have been written over since. */
  async #goToProblem() {
    clearTimeout(this.#timer);
    await this.#check();
    if (this.#isJson) this.json.list.querySelector("button")?.click();
    else goToProblem(this.form);
  }
}

function isDefinition(value) {
  return Array.isArray(value?.fields) && Array.isArray(value?.questions) && [...value.fields, ...value.questions].every((part) => part !== null && typeof part === "object" && !Array.isArray(part));
}

function section(title, text, list) {
  return make("section", { className: "stack tight" }, make("h2", { textContent: title }), make("p", { className: "help", textContent: text }), list);
}

customElements.define("schema-editor", SchemaEditor);
