import { write } from "../frames.js";
import { keymap } from "../keymap.js";
import { MarkedList } from "../marks/marked_list.js";
import { OwnAnswers } from "../marks/own_answers.js";
import { Toolbar } from "../marks/toolbar.js";
import { OptionButtons } from "../option_buttons.js";
import { say } from "../parts.js";
import { QuestionElement, fittingSameField, part } from "../question_element.js";
import { isByTouch, nameOfKeyFor } from "../shortcuts.js";
import { actsOn, navigationKeys } from "./region_acts.js";
import { PENDING, RegionEditing } from "./region_editing.js";
import { RegionRules } from "./region_rules.js";

/**
 * Regions of a medium with labels: drawn by pointer or by keys, labelled, moved, taken over from a model. A kind extends it and says:
 *
 * - `kind`, as its keys are called, `noun`, `nouns`, and `form` (see `RegionRules`);
 * - `begin(field, value)`: another task, `value` null where it lacks the medium; `paint(items)` draws regions `{...region, title,
 *   colour, isSelected, isSuggested}`; `wordsFor(region)` says where one is; `ownActs`, `ownKeys`, `ownRowActs(id)` for its row's
 *   buttons, `usual`, the line that says how one begins, and `doing`, what is being drawn just now.
 */
export class RegionsQuestion extends QuestionElement {
  held = null; // a label that is given to whatever is drawn next
  #problem = "";

  build(question) {
    this.buttons = new OptionButtons(question, { press: (value) => this.label(value), actions: this.actions });
    this.own = new OwnAnswers(question, { onChange: (answers) => this.editing.answer(answers), lead: `${this.kind}.answer` });
    this.editing = new RegionEditing({
      rules: new RegionRules(question, this.form),
      own: this.own,
      onChange: (regions, gesture) => this.#change(regions, gesture),
      onSelect: (id) => this.select(id),
      say: (text) => this.say(text),
    });
    this.tools = new Toolbar([...this.ownActs, ...actsOn(this)]);
    this.status = part("p", "span-status soft", { role: "status" });
    this.list = new MarkedList({ title: `Marked: ${question.title}`, onSelect: (id) => this.select(id), acts: ({ id }) => this.#rowActs(id) });
    const labels = part("div", "options span-labels", {}, ...this.buttons.elements);
    this.replaceChildren(labels, this.tools.element, this.status, this.own.element, this.list.element);
  }

  showTask({ data, fields }) {
    this.editing.begin();
    this.held = null;
    this.#problem = "";
    this.own.task = { data, fields };
    this.medium = data[this.question.on] ?? null;
    this.begin(fields[this.question.on], this.medium);
  }

  show(answer) {
    this.editing.show(answer ?? []);
    this.refresh();
  }

  suggest(suggestion) {
    this.editing.suggest(suggestion?.value);
    this.refresh();
  }

  // --- what the stage asks --------------------------------------------------------------------------------------------

  get blank() {
    return this.question.least ? null : [];
  }

  get accepted() {
    return this.editing.accepted;
  }

  isComplete(answer) {
    return answer.length >= (this.question.least ?? 0) && answer.every((region) => !this.own.missing(region));
  }

  fitting(answer, tasks) {
    return fittingSameField(this.question, answer, tasks);
  }

  values(answer) {
    return [...new Set(answer.map(({ label }) => label))];
  }

  describe(answer) {
    const counts = Map.groupBy(answer, ({ label }) => label);
    return [...counts].map(([label, regions]) => `${regions.length} × ${this.titleOf(label)}`).join(", ") || "none";
  }

  get shortcuts() {
    if (this.own.isActive) {
      const lead = { key: keymap.keyOf(`${this.kind}.answer`), label: "To the next question, or back", run: () => this.answerAbout() };
      return [...this.own.shortcuts, lead, ...this.keysBesideOwn, { key: "Escape", label: `Back to the ${this.nouns}`, run: () => this.#leaveOwn() }];
    }
    const labels = this.buttons.shortcuts((value) => ({ run: () => this.label(value) }), ({ title }) => `Label: ${title}`);
    const keys = [...labels, ...this.tools.shortcuts, ...navigationKeys(this), ...this.ownKeys];
    if (this.editing.selected || this.held) keys.push({ key: "Escape", label: "Let go", run: () => this.letGo() });
    return keys;
  }

  /** What keys do while they answer about a region. */
  get keysBesideOwn() {
    return [];
  }

  ownRowActs() {
    return [];
  }

  get doing() {
    return "";
  }

  get actions() {
    return keymap.toolsOf(this.kind);
  }

  giveKeys() {
    super.giveKeys();
    this.own.giveKeys();
  }

  get keyRows() {
    return [...super.keyRows, ...this.own.keyRows];
  }

  focusControl() {
    const open = (this.answer ?? []).find((region) => this.own.missing(region));
    if (!open) return this.focusSelf();
    this.select(open.id);
    this.answerAbout();
  }

  // --- acts -----------------------------------------------------------------------------------------------------------

  /** Do keys mean these regions now? */
  get isMeant() {
    return this.classList.contains("active");
  }

  /** A label was pressed: for what is selected, else it is held for what comes. */
  label(value) {
    if (!this.editing.selected) {
      this.held = this.held === value ? null : value;
      return this.refresh();
    }
    if (this.editing.relabel(value)) this.#askOwn();
  }

  /** The label of what is drawn next; "" where it has to be said afterwards. */
  get labelToGive() {
    return this.held ?? (this.buttons.size === 1 ? this.buttons.options[0].value : "");
  }

  /** A place was drawn. */
  draw(sides) {
    if (this.editing.add(sides, this.labelToGive) && this.labelToGive) this.#askOwn();
  }

  #askOwn() {
    if (this.editing.mark && this.own.missing(this.editing.mark)) this.own.step();
    this.refresh();
  }

  select(id) {
    if (!this.isMeant) this.dispatchEvent(new CustomEvent("answer-here", { bubbles: true }));
    this.editing.select(id);
    this.#problem = "";
    this.refresh();
  }

  letGo() {
    if (this.editing.selected === null) this.held = null;
    this.select(null);
  }

  answerAbout() {
    this.own.step();
    this.refresh();
  }

  #leaveOwn() {
    this.own.leave();
    this.refresh();
  }

  #change(regions, gesture) {
    this.#problem = "";
    this.give(regions, { gesture });
  }

  // --- what is seen ---------------------------------------------------------------------------------------------------

  say(text) {
    this.#problem = text;
    this.refresh();
    return false;
  }

  /** Everything in one frame, once for all that happened since the last. */
  refresh() {
    this.own.show(this.editing.mark);
    write(this, () => {
      const { editing, buttons, held } = this;
      const label = editing.find(editing.selected)?.label;
      for (const [value, button] of buttons) button.press(held === value || label === value);
      say(this.status, this.#problem || this.#situation());
      this.tools.show();
      this.#showList();
      this.paint([...editing.all.map((region) => this.#item(region)), ...(editing.pending ? [this.#item(editing.pending)] : [])]);
    });
  }

  #item(region) {
    const { editing } = this;
    const title = region.id === PENDING ? "?" : this.titleOf(region.label);
    return { ...region, title, colour: this.colourOf(region.label), isSelected: region.id === editing.selected, isSuggested: editing.isSuggested(region.id) };
  }

  #showList() {
    const { all, open, marks, selected } = this.editing;
    const suggested = open.length > 0 ? `, ${open.length} suggested` : "";
    this.list.show(all, `${marks.length} marked${suggested}`, (region) => this.#row(region), all.findIndex(({ id }) => id === selected));
  }

  #row(region) {
    const isSuggested = this.editing.isSuggested(region.id);
    const sure = isSuggested && region.confidence !== undefined ? `${Math.round(region.confidence * 100)} %` : "";
    const open = !isSuggested && this.own.missing(region) ? "not answered yet" : "";
    const detail = [sure, this.own.describe(region), open].filter(Boolean).join(" · ");
    return { id: region.id, title: this.titleOf(region.label), colour: this.colourOf(region.label), quote: this.wordsFor(region), detail, isSuggested };
  }

  #rowActs(id) {
    const isSuggested = this.editing.isSuggested(id);
    const drop = { name: "✕", label: isSuggested ? "Reject" : "Remove", run: () => this.editing.drop(id) };
    const own = this.ownRowActs(id);
    return isSuggested ? [...own, { name: "✓", label: "Accept", run: () => this.editing.accept(id) }, drop] : [...own, drop];
  }

  #situation() {
    const { doing, editing, held, own } = this;
    if (!this.medium) return `There is nothing here to mark: enter says that there are no ${this.nouns}.`;
    const label = isByTouch() ? "a label" : "a label's key";
    if (own.isActive && isByTouch()) return `Answer about this ${this.noun}.`;
    if (own.isActive) return `Keys answer about this ${this.noun}: ${nameOfKeyFor(`${this.kind}.answer`)} leads on, esc back.`;
    if (doing) return doing;
    if (editing.selected === PENDING) return `A new ${this.noun}: press a label. ${this.movingWords}`;
    const chosen = editing.find(editing.selected);
    if (chosen) return `${this.titleOf(chosen.label)} is selected: ${label} changes it. ${this.movingWords}`;
    if (held) return `“${this.titleOf(held)}” is held: what you draw becomes it. ${isByTouch() ? "Tap it again to let go." : "Its key again lets go."}`;
    return this.usual;
  }
}
