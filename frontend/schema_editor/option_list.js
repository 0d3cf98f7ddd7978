/** The options of a question as rows: title, key, colour, what is stored; many at once by paste. */
import { makeControl, registerControl } from "./controls.js";
import { button, checkbox, group, idOf, make, select, signButton } from "./dom.js";
import { freeName, move } from "./definition.js";
import { addOptions, mergeOptions, readOptions } from "./option_text.js";
import { slugify } from "../elements/slug.js";

const ROWS_AT_ONCE = 100;
const N_COLOURS = 16;
const PASTE_HELP = "One a line, or “value | title | key | colour | help”, or cells copied from a spreadsheet, or CSV whose first line names its columns.";

registerControl("options", (given) => new OptionList(given).element);

class OptionList {
  #shown = ROWS_AT_ONCE;

  constructor({ setting, part, path, place, editor }) {
    Object.assign(this, { setting, part, path, place, editor });
    this.options = (part[setting.name] ?? []).map((option) => (typeof option === "string" ? { value: option, title: option } : option));
    if (this.options.length > 0) part[setting.name] = this.options;
    this.rows = make("div");
    this.more = make("div", { className: "form-actions" });
    this.element = group(setting, path, this.#head(), this.rows, this.more, this.#paste());
    this.element.classList.add("option-rows");
    this.element.addEventListener("keydown", (event) => this.#keyed(event));
    this.#draw();
  }

  #write() {
    if (this.options.length > 0 || this.setting.least) this.part[this.setting.name] = this.options;
    else delete this.part[this.setting.name];
    this.editor.changed(this.part, this.setting.name);
  }

  #draw(focused = -1, selector = ".se-option-title") {
    if (focused >= this.#shown) this.#shown = focused + 1;
    this.rows.replaceChildren(...this.options.slice(0, this.#shown).map((option, index) => this.#row(option, index)));
    const left = this.options.length - this.#shown;
    const further = button(`Show ${Math.min(left, ROWS_AT_ONCE)} more of ${left.toLocaleString()}`, () => {
      const first = this.#shown;
      this.#shown += ROWS_AT_ONCE;
      this.#draw(first);
    });
    this.more.replaceChildren(button("Add option", () => this.#add(), { sign: "plus" }), ...(left > 0 ? [further] : []));
    if (focused < 0) return;
    const row = this.rows.children[focused];
    (row?.querySelector(selector) ?? row?.querySelector("input") ?? this.more.querySelector("button")).focus();
  }

  #head() {
    const head = make("div", { className: "option-row option-row-head" }, ...["Title", "Key", "Colour", "Stored as", ""].map((textContent) => make("span", { textContent })));
    head.setAttribute("aria-hidden", "true");
    return head;
  }

  #row(option, index) {
    const at = `${this.path}.${index}`;
    const title = this.#input(option, "title", { className: "se-option-title", maxLength: 120, label: "Title" });
    const value = this.#input(option, "value", { className: "se-option-value", maxLength: 80, label: "Stored as" });
    const key = this.#input(option, "key", { className: "key-input", maxLength: 1, label: "Key" });
    title.addEventListener("input", () => {
      if (!this.editor.isNewOption(option)) return;
      option.value = freeName(slugify(title.value), this.options.filter((other) => other !== option).map((other) => other.value));
      value.value = option.value;
      this.#write();
    });
    value.addEventListener("input", () => this.editor.ownValue(option));
    const moved = (step) => () => this.#move(index, step);
    const acts = make("span", { className: "option-row-acts" }, ...[["Move up", "up", moved(-1)], ["Move down", "down", moved(1)], ["Remove option", "trash", () => this.#remove(index)]].map((given) => signButton(...given)));
    acts.children[0].dataset.act = "up";
    acts.children[1].dataset.act = "down";
    acts.children[2].dataset.act = "remove";
    return make("div", { className: "option-row", dataset: { path: at, row: index } }, title, key, this.#colour(option), value, acts, this.#details(option, at));
  }

  #input(option, name, { label, ...properties }) {
    const input = make("input", { type: "text", autocomplete: "off", value: option[name] ?? "", ...properties });
    input.setAttribute("aria-label", label);
    input.dataset.key = name;
    input.addEventListener("input", () => {
      if (input.value || name === "value" || name === "title") option[name] = input.value;
      else delete option[name];
      this.#write();
    });
    return input;
  }

  #colour(option) {
    const list = select([["0", "No colour"], ...this.editor.colours.map((name, index) => [String(index + 1), name])], String(option.colour ?? 0));
    list.setAttribute("aria-label", "Colour");
    const holder = make("span", { className: `colour-field option-colour-${option.colour ?? 0}` }, list);
    list.addEventListener("change", () => {
      if (list.value === "0") delete option.colour;
      else option.colour = Number(list.value);
      holder.className = `colour-field option-colour-${list.value}`;
      this.#write();
    });
    return holder;
  }

  /** What few options have: a help text, being retired, and what this kind adds. */
  #details(option, at) {
    const summary = make("summary", { className: "help" });
    const say = () => (summary.textContent = `${option.help ? `Help: ${option.help}` : "Help text, retire"}${option.retired ? " · retired" : ""}`);
    const details = make("details", { className: "option-row-more" }, summary);
    details.addEventListener("toggle", () => {
      if (!details.open || details.childElementCount > 1) return;
      const help = this.#input(option, "help", { maxLength: 1000, label: "Help text" });
      help.addEventListener("input", say);
      const retired = checkbox("Retired: cannot be chosen any more, old answers stay", option.retired ?? false, (isChecked) => {
        if (isChecked) option.retired = true;
        else delete option.retired;
        say();
        this.#write();
      });
      const editor = { ...this.editor, changed: () => this.#write() };
      const own = (this.setting.settings ?? []).map((setting) => makeControl({ setting, part: option, path: at, place: this.place, editor, above: this.part }));
      for (const { element, refresh } of own) this.editor.watch(element, refresh);
      details.append(make("div", { className: "stack tight" }, help, retired, ...own.map(({ element }) => element)));
    });
    say();
    details.open = Boolean(option.retired) || (this.setting.settings ?? []).length > 0;
    return details;
  }

  #add() {
    const used = new Set(this.options.map(({ colour }) => colour));
    const free = Array.from({ length: N_COLOURS }, (_, place) => ((place * 5) % N_COLOURS) + 1).find((colour) => !used.has(colour));
    const option = { value: "", title: "", ...(free ? { colour: free } : {}) };
    this.editor.beginNewOption(option);
    this.options.push(option);
    this.#write();
    this.#draw(this.options.length - 1);
  }

  #remove(index) {
    this.options.splice(index, 1);
    this.#write();
    this.#draw(Math.min(index, this.options.length - 1), "[data-act=remove]");
    if (this.options.length === 0) this.more.querySelector("button").focus();
  }

  #move(index, step, selector = `[data-act=${step < 0 ? "up" : "down"}]`) {
    if (!move(this.options, index, step)) return;
    this.#write();
    this.#draw(index + step, selector);
  }

  /** Enter in a row goes to the next one, or makes it: options are typed as a list. Alt and an arrow moves the row. */
  #keyed(event) {
    const row = event.target.closest("[data-row]");
    if (!row || event.target.closest("details, button, select")) return;
    const index = Number(row.dataset.row);
    if (event.key === "Enter") {
      event.preventDefault();
      if (index + 1 < this.options.length) this.#draw(index + 1);
      else this.#add();
    }
    if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      this.#move(index, event.key === "ArrowUp" ? -1 : 1, `[data-key=${event.target.dataset.key}]`);
    }
  }

  #paste() {
    const text = make("textarea", { rows: 6, spellcheck: false, id: `${idOf(this.path)}-paste` });
    const told = make("p", { className: "help" });
    told.setAttribute("role", "status");
    const take = (combine) => () => {
      const { options, problems } = readOptions(text.value, { colours: this.editor.colours, known: this.options });
      const before = this.options.length;
      this.options.splice(0, before, ...combine(this.options, options));
      told.textContent = [`${options.length.toLocaleString()} lines read; there are ${this.options.length.toLocaleString()} options now.`, ...problems.slice(0, 5).map(({ line, message }) => `Line ${line}: ${message}`)].join(" ");
      if (options.length > 0) text.value = "";
      this.#shown = ROWS_AT_ONCE;
      this.#write();
      this.#draw();
    };
    const label = make("label", { htmlFor: text.id, textContent: "Options, one a line" });
    const acts = make("div", { className: "form-actions" }, button("Add to the list", take(addOptions)), button("Replace the list", take(mergeOptions)));
    const body = make("div", { className: "stack tight" }, label, text, make("p", { className: "help", textContent: PASTE_HELP }), acts, told);
    return make("details", { className: "fold" }, make("summary", { textContent: "Paste many at once" }), body);
  }
}
