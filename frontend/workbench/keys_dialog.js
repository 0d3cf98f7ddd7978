import { openable } from "./dialogs.js";
import { absentRows, canSwap, holderOf, isSame, refusal, withKeys } from "./key_rows.js";
import { keymap } from "./keymap.js";
import { part } from "./question_element.js";
import { keyChosen, keyName, nameOfKeyFor } from "./shortcuts.js";

/**
 * All keys on one sheet, where a person changes them by pressing the new one; and the switch that turns single keys off for those
 * whose tools type them (WCAG 2.1.4).
 *
 * `groups()` are `{title, rows}` (see `key_rows.js`), `save(own)` keeps the person's keys and returns what went wrong, or "";
 * `changed()` is told when they hold.
 */
export class KeysDialog {
  #rows = []; // all, also those that are not shown
  #listening = null; // the row that waits for its new key
  #isSaving = false;

  constructor({ isOn, onSwitch, groups, save, changed }) {
    Object.assign(this, { groups, save, changed });
    this.dialog = openable("help-dialog");
    this.part = (name) => this.dialog.querySelector(`[data-part=${name}]`);
    const box = this.dialog.querySelector("input[name=single-keys]");
    box.checked = isOn;
    box.addEventListener("change", () => onSwitch(box.checked));
    this.dialog.addEventListener("keydown", (event) => this.#press(event), { capture: true });
    this.dialog.addEventListener("close", () => this.#leave());
    this.part("usual-keys").addEventListener("click", () => this.#askForUsual());
    showKeys();
  }

  open() {
    this.#say("");
    this.#draw();
    this.dialog.showModal();
  }

  #draw() {
    const groups = this.groups();
    const rows = groups.flatMap((group) => group.rows);
    this.#rows = [...rows, ...absentRows(rows)];
    this.part("keys").replaceChildren(...groups.filter(({ rows: own }) => own.length > 0).map((group) => this.#group(group)));
    const { actions, options } = keymap.own;
    this.part("usual-keys").disabled = Object.keys(actions).length + Object.keys(options).length === 0;
  }

  #group({ title, rows }) {
    const list = part("dl", "wb-key-list", {}, ...rows.filter(({ isRepeated }) => !isRepeated).map((row) => this.#row(row)));
    return part("section", "wb-key-group", {}, part("h3", "", { textContent: title, dir: "auto" }), list);
  }

  #row(row) {
    const mark = part("kbd", "key", { textContent: row.key ? keyName(row.key) : "none" });
    const does = part("dd", "", {}, part("span", "", { textContent: row.does, dir: "auto" }));
    if (row.action === undefined && row.option === undefined) return part("div", "", {}, part("dt", "", {}, mark), does);
    const label = `${row.does}: ${row.key ? keyName(row.key) : "no key"}. Change`;
    const button = part("button", "key-change", { type: "button", title: "Change this key", ariaLabel: label }, mark);
    button.addEventListener("click", () => this.#listen(row, button));
    if (row.usual && row.key !== row.usual) does.append(" ", this.#usualButton(row));
    return part("div", "", {}, part("dt", "", {}, button), does);
  }

  #usualButton(row) {
    const text = `usually ${keyName(row.usual)}`;
    const button = part("button", "button quiet small", { type: "button", textContent: text, ariaLabel: `${text}. ${row.does}: back to ${keyName(row.usual)}` });
    button.addEventListener("click", () => this.#give(row, row.usual));
    return button;
  }

  #listen(row, button) {
    this.#leave();
    this.#listening = row;
    this.button = button;
    button.classList.add("listening");
    button.firstChild.textContent = "…";
    this.#say(`Press the new key for “${row.does}”. Esc leaves it as it is.`);
  }

  /** Listen no more. */
  #leave() {
    if (!this.#listening) return;
    this.button.classList.remove("listening");
    this.button.firstChild.textContent = this.#listening.key ? keyName(this.#listening.key) : "none";
    this.#listening = null;
  }

  #press(event) {
    const row = this.#listening;
    if (!row || ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"].includes(event.key)) return;
    if (event.key === "Tab") return this.#leave(), this.#say("");
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    if (event.key === "Escape") return this.#leave(), this.#say("");
    const key = keyChosen(event);
    if (key) this.#give(row, key);
    else this.#say("This key is not to be had: it belongs to the browser. Press another one, or esc.");
  }

  /** Give a row a key, unless something else holds it: then say what, and offer to let the two change places. */
  #give(row, key) {
    const name = keyName(key);
    if (key === row.key) return this.#leave(), this.#say(`“${row.does}” has ${name} already.`);
    const no = refusal(row, key);
    if (no) return this.#say(no);
    const holder = holderOf(this.#rows, row, key);
    if (!holder) return this.#keep([[row, key]], row);
    this.#leave();
    const held = `${name} is the key of “${holder.does}”`;
    if (!canSwap(this.#rows, row, holder)) {
      const why = !row.key && holder.usual ? ". Give that one another key first." : ", and the two cannot change places.";
      return this.#say(`${held}${why}`), this.#focus(row);
    }
    this.#say(`${held}.`, [
      [`Swap: that one gets ${keyName(row.key)}`, () => this.#keep([[row, key], [holder, row.key]], row)],
      ["Leave both as they are", () => (this.#say(""), this.#focus(row))],
    ]);
  }

  #askForUsual() {
    this.#leave();
    this.#say("All keys become the usual ones: those of the workbench everywhere, those of the answers in this project.", [
      ["Make them all usual", () => this.#save({ actions: {}, options: {} }, "All keys are the usual ones.")],
      ["Leave them", () => (this.#say(""), this.part("usual-keys").focus())],
    ]);
  }

  async #keep(changes, row) {
    const words = changes.map(([{ does }, key]) => `“${does}” has ${keyName(key)} now`).join(", ");
    await this.#save(withKeys(keymap.own, changes), `${words}.`, row);
  }

  async #save(own, words, row = null) {
    if (this.#isSaving) return;
    this.#isSaving = true;
    const problem = await this.save(own);
    this.#isSaving = false;
    this.#leave();
    if (!problem) {
      keymap.own = own;
      this.changed();
      showKeys();
      this.#draw();
    }
    this.#say(problem || words);
    this.#focus(row);
  }

  #say(text, acts = []) {
    this.part("key-note").textContent = text;
    const buttons = acts.map(([textContent, run], index) => {
      const button = part("button", index === 0 ? "button primary small" : "button small", { type: "button", textContent });
      button.addEventListener("click", run);
      return button;
    });
    this.part("key-acts").replaceChildren(...buttons);
    buttons[0]?.focus();
  }

  /** The focus stays on the row that was changed; without one, where the keys begin. */
  #focus(row) {
    const shown = this.#rows.filter(({ isRepeated, isElsewhere }) => !isRepeated && !isElsewhere);
    const buttons = shown.filter(({ action, option }) => action !== undefined || option !== undefined);
    const index = row ? buttons.findIndex((one) => isSame(one, row)) : 0;
    this.dialog.querySelectorAll(".key-change")[index]?.focus();
  }
}

/** The keys on the page's own controls. */
export function showKeys() {
  for (const mark of document.querySelectorAll("kbd.key")) {
    const name = mark.dataset.keyOf ?? mark.closest("[data-command]")?.dataset.command;
    if (name && keymap.action(name)) mark.textContent = nameOfKeyFor(name);
  }
}
