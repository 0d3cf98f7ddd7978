import { keymap } from "./keymap.js";
import { questionKinds } from "./kinds.js";
import { OwnAnswers } from "./marks/own_answers.js";
import { Toolbar, shortcutFor } from "./marks/toolbar.js";
import { OptionButtons } from "./option_buttons.js";
import { QuestionElement, part } from "./question_element.js";
import { CodePoints } from "./spans/code_points.js";
import { compareSpans } from "./spans/comparison.js";
import { SpanChoosing } from "./spans/span_choosing.js";
import { SpanDisplay, shortened } from "./spans/span_display.js";
import { SpanEditing } from "./spans/span_editing.js";
import { actsOn, navigationKeys } from "./spans/span_keys.js";
import { SpanPicking } from "./spans/span_picking.js";
import { partly, quoteOf, startOf } from "./spans/span_set.js";
import { Tokens } from "./spans/tokens.js";

const MANY = 16;

/**
 * Parts of a text with labels. Words are picked by pointer or keys, a label's key makes a span of them; a span that is selected is
 * changed by the same keys. Relations and chains stand on the spans of this element: they `follow` it, draw on it and let a
 * person choose among its spans (`choosing`).
 */
export class SpansQuestion extends QuestionElement {
  held = null; // a label that is given to whatever is picked next
  #followers = new Set();

  build(question) {
    this.buttons = new OptionButtons(question, { press: (value) => this.label(value), actions: this.actions });
    this.picking = new SpanPicking(this);
    this.own = new OwnAnswers(question, { onChange: (answers) => this.editing.answer(answers) });
    this.editing = new SpanEditing({
      question,
      own: this.own,
      onChange: (spans) => this.#change(spans),
      onSelect: (id) => this.select(id),
      say: (text) => this.say(text),
    });
    this.choosing = new SpanChoosing(this);
    this.tools = new Toolbar(actsOn(this));
    this.display = new SpanDisplay(this);
    const labels = part("div", this.buttons.size > MANY ? "options span-labels many" : "options span-labels");
    labels.append(...this.buttons.elements);
    labels.addEventListener("mousedown", (event) => event.preventDefault()); // the words stay marked
    this.replaceChildren(labels, this.tools.element, this.search.element, this.display.status, this.own.element, this.display.list.element);
  }

  showTask({ data, fields }) {
    const field = fields[this.question.on] ?? Object.values(fields).find(({ textMap }) => textMap);
    this.field?.removeEventListener("text-drawn", this.picking.textDrawn);
    this.field = field;
    field.addEventListener("text-drawn", this.picking.textDrawn);
    field.classList.add("with-spans");
    this.map = field.textMap;
    this.points = new CodePoints(this.map.text);
    const words = new Tokens(this.map.text);
    const tokens = this.question.snap === "character" ? new Tokens(this.map.text, "grapheme") : words;
    this.editing.begin({ points: this.points, tokens, words });
    this.held = null;
    this.#followers.clear();
    this.choosing.stop();
    this.picker.isByKeys = false;
    this.picker.show(field, this.map, tokens);
    this.own.task = { data, fields };
    this.display.begin(field, this.map);
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
    return [];
  }

  get accepted() {
    return this.editing.accepted;
  }

  isComplete(answer) {
    return answer.every((span) => !this.own.missing(span));
  }

  /** Spans whose words stand here too. */
  fitting(answer) {
    return partly(answer, this.editing.fitting(answer), "spans");
  }

  values(answer) {
    return [...new Set(answer.map(({ label }) => label))];
  }

  describe(answer) {
    const quoted = answer.slice(0, 3).map((span) => `“${shortened(quoteOf(span), 30)}” ${this.titleOf(span.label)}`);
    return quoted.join(", ") + (answer.length > 3 ? ` and ${answer.length - 3} more` : "") || "none";
  }

  compare(answer, others) {
    return compareSpans(this, answer, others);
  }

  get shortcuts() {
    this.picker.look();
    if (this.choosing.isOn) return this.choosing.shortcuts;
    if (this.own.isActive) {
      const lead = shortcutFor("spans.answer", { run: () => this.answerAbout() });
      return [...this.own.shortcuts, lead, { key: "Escape", label: "Back to the spans", run: () => this.#leaveOwn() }];
    }
    const labels = this.buttons.shortcuts((value) => ({ run: () => this.label(value) }), ({ title }) => `Label: ${title}`);
    return [...labels, ...this.tools.shortcuts, ...this.navigation];
  }

  get actions() {
    return keymap.toolsOf("spans");
  }

  giveKeys() {
    super.giveKeys();
    this.own.giveKeys();
  }

  get keyRows() {
    return [...super.keyRows, ...this.own.keyRows];
  }

  focusControl() {
    const open = this.spans.find((span) => this.own.missing(span));
    if (!open) return this.focusSelf();
    this.select(open.id);
    this.answerAbout();
  }

  // --- what relations and chains ask ----------------------------------------------------------------------------------

  get spans() {
    return this.editing.marks;
  }

  get selectedId() {
    return this.editing.mark?.id ?? null;
  }

  find(id) {
    return this.editing.find(id);
  }

  /** Tell a question that stands on these spans of changes, `spansChanged(spans)`, and of selections, `spanSelected()`. */
  follow(follower) {
    this.#followers.add(follower);
  }

  showBadges(badges) {
    this.display.showBadges(badges);
  }

  drawArrows(name, arrows) {
    this.display.drawArrows(name, arrows);
  }

  get navigation() {
    const keys = navigationKeys(this);
    const { isByKeys, picked } = this.picker;
    if (isByKeys || picked || this.editing.selected || this.held) keys.push({ key: "Escape", label: "Let go", run: () => this.picking.letGo() });
    return keys;
  }

  select(id, { isShown = true } = {}) {
    this.editing.selected = id;
    this.display.forget();
    const span = this.find(id);
    if (span && isShown) this.painter.reveal(...this.editing.unitsOf(span)[0]);
    this.refresh();
    for (const follower of this.#followers) follower.spanSelected?.();
  }

  // --- what is seen -----------------------------------------------------------------------------------------------

  tagPressed(id) {
    if (this.choosing.isOn) return this.choosing.take([id]);
    this.picker.stand(this.unitOf(id));
    this.select(id);
  }

  unitOf(id) {
    const span = this.find(id);
    return span ? this.points.toUnit(startOf(span)) : 0;
  }

  get painter() {
    return this.display.painter;
  }

  get picker() {
    return this.picking.picker;
  }

  get search() {
    return this.picking.search;
  }

  refresh() {
    if (this.map) this.display.refresh();
  }

  say(text) {
    return this.display.say(text);
  }

  // --- acts -----------------------------------------------------------------------------------------------------------

  /** A label was pressed: for the words that are picked, else for what is selected, else it is held for what comes. */
  label(value) {
    this.picker.look();
    if (this.picker.picked) return this.addPicked(value);
    if (this.editing.selected) return this.editing.relabel(value);
    this.held = this.held === value ? null : value;
    this.refresh();
  }

  /** What is picked becomes a span. */
  addPicked(value) {
    if (!this.editing.add(this.picker.picked, value)) return;
    this.picker.clear();
    if (this.own.missing(this.editing.mark)) this.own.step();
    this.refresh();
  }

  #change(spans) {
    this.display.forget();
    this.give(spans);
    for (const follower of this.#followers) follower.spansChanged(spans);
  }

  labelAllSame() {
    const title = this.titleOf(this.editing.mark.label);
    const count = this.editing.labelAllSame();
    this.say(count > 0 ? `${count} more marked as ${title}.` : "There are no others.");
  }

  addPart() {
    if (this.editing.addPart(this.picker.picked)) this.picker.clear();
    this.refresh();
  }

  answerAbout() {
    this.own.step();
    this.refresh();
  }

  #leaveOwn() {
    this.own.leave();
    this.refresh();
  }
}

questionKinds.register("spans", SpansQuestion);
