import { questionKinds } from "./kinds.js";
import { OptionButton } from "./option_button.js";
import { QuestionElement, part } from "./question_element.js";
import { assignKeys } from "./shortcuts.js";
import { CodePoints } from "./spans/code_points.js";
import { compareSpans } from "./spans/comparison.js";
import { MarkedList } from "./spans/marked_list.js";
import { OwnAnswers } from "./spans/own_answers.js";
import { SpanChoosing } from "./spans/span_choosing.js";
import { SpanEditing } from "./spans/span_editing.js";
import { SpanPainter } from "./spans/span_painter.js";
import { endOf, neighbour, quoteOf, spansAt, startOf } from "./spans/span_set.js";
import { actsOn, caretKeys } from "./spans/span_keys.js";
import { TextMap } from "./spans/text_map.js";
import { TextPicker } from "./spans/text_picker.js";
import { TextSearch } from "./spans/text_search.js";
import { Tokens } from "./spans/tokens.js";
import { Toolbar } from "./spans/toolbar.js";

const OWN_KEYS = [..."maynxp/.<>"];
const MANY = 16;
const USUAL = "Mark words in the text, then press a label.";

/**
 * Parts of a text with labels. Words are picked by pointer or keys, a label's key makes a span of them; a span that is selected is
 * changed by the same keys. Relations and chains stand on the spans of this element: they `follow` it, draw on it and let a
 * person choose among its spans (`choosing`).
 */
export class SpansQuestion extends QuestionElement {
  #buttons = new Map(); // label -> its button
  #held = null; // a label that is given to whatever is picked next
  #followers = new Set();
  #problem = "";
  #isListDue = false;
  #badges = new Map(); // span id -> what its tag says besides the label
  #arrows = new Map(); // question -> its relations

  build(question) {
    const options = question.options.filter(({ retired }) => !retired);
    const keys = assignKeys(options, OWN_KEYS);
    this.#buttons = new Map(options.map((option, index) => [option.value, new OptionButton(option, keys[index])]));
    this.picker = new TextPicker({ onPick: (isDone) => this.#picked(isDone), onTap: (unit, isTouch) => this.#tapped(unit, isTouch) });
    this.search = new TextSearch({
      onFound: (start, end) => this.painter.reveal(start, end),
      onTake: (start, end) => this.#found(start, end),
      onClose: () => this.closest("main")?.focus({ preventScroll: true }),
    });
    this.own = new OwnAnswers(question.questions ?? [], { onChange: (answers) => this.editing.answer(answers) });
    this.editing = new SpanEditing({
      rules: question,
      own: this.own,
      onChange: (spans) => this.#change(spans),
      onSelect: (id) => this.select(id),
      say: (text) => this.say(text),
    });
    this.choosing = new SpanChoosing(this);
    this.tools = new Toolbar(actsOn(this));
    this.list = new MarkedList({ title: `Marked: ${question.title}`, onSelect: (id) => this.tagPressed(id), acts: ({ id }) => this.#rowActs(id) });
    this.status = part("p", "span-status soft", { role: "status" });
    const labels = part("div", options.length > MANY ? "options span-labels many" : "options span-labels");
    labels.append(...[...this.#buttons.values()].map(({ button }) => button));
    labels.addEventListener("mousedown", (event) => event.preventDefault()); // the words stay marked
    for (const [value, { button }] of this.#buttons) button.addEventListener("click", () => this.label(value));
    this.replaceChildren(labels, this.tools.element, this.search.element, this.status, this.own.element, this.list.element);
  }

  showTask({ data, fields }) {
    const field = fields[this.question.on] ?? Object.values(fields).find(({ textNodes }) => textNodes);
    this.field = field;
    field.classList.add("with-spans");
    this.map = new TextMap(field.textNodes, field.joiner);
    this.points = new CodePoints(this.map.text);
    const words = new Tokens(this.map.text);
    const tokens = this.question.snap === "character" ? new Tokens(this.map.text, "grapheme") : words;
    this.editing.begin({ points: this.points, tokens, words });
    this.#held = null;
    this.#problem = "";
    this.#followers.clear();
    this.#badges = new Map();
    this.#arrows = new Map();
    this.choosing.stop();
    this.picker.isByKeys = false;
    this.picker.show(field, this.map, tokens);
    this.own.task = { data, fields };
    this.painter ??= new SpanPainter(field.parentElement, this);
    this.painter.show(field, this.map);
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
      const lead = { key: ".", label: "To the next question about the span, or back to it", run: () => this.answerAbout() };
      return [...this.own.shortcuts, lead, { key: "Escape", label: "Back to the spans", run: () => this.#leaveOwn() }];
    }
    const labels = [...this.#buttons].filter(([, { key }]) => key);
    const byLabel = labels.map(([value, { key }]) => ({ key, label: `Label: ${this.titleOf(value)}`, run: () => this.label(value) }));
    return [...byLabel, ...this.tools.shortcuts, ...this.navigation];
  }

  focusControl() {
    const open = this.spans.find((span) => this.own.missing(span));
    if (!open) return this.focusSelf();
    this.select(open.id);
    this.answerAbout();
  }

  // --- what relations and chains ask ----------------------------------------------------------------------------------

  get spans() {
    return this.editing.spans;
  }

  get selectedId() {
    return this.editing.span?.id ?? null;
  }

  find(id) {
    return this.editing.find(id);
  }

  /** Tell a question that stands on these spans of changes, `spansChanged(spans)`, and of selections, `spanSelected()`. */
  follow(follower) {
    this.#followers.add(follower);
  }

  /** Show these beside the labels, by span id. */
  showBadges(badges) {
    this.#badges = badges;
    this.refresh();
  }

  drawArrows(name, arrows) {
    this.#arrows.set(name, arrows);
    this.painter.paint();
  }

  get navigation() {
    const keys = [
      { key: "n", label: "To the next span", repeats: true, run: () => this.walk(1) },
      { key: "Shift+N", label: "To the span before", repeats: true, run: () => this.walk(-1) },
    ];
    const { isByKeys, picked } = this.picker;
    if (isByKeys) keys.push(...caretKeys(this));
    if (isByKeys || picked || this.editing.selected || this.#held) keys.push({ key: "Escape", label: "Let go", run: () => this.#letGo() });
    return keys;
  }

  select(id, { isShown = true } = {}) {
    this.editing.selected = id;
    this.#problem = "";
    const span = this.find(id);
    if (span && isShown) this.painter.reveal(...this.editing.unitsOf(span)[0]);
    this.refresh();
    for (const follower of this.#followers) follower.spanSelected?.();
  }

  titleOf(value) {
    return this.#option(value)?.title ?? String(value);
  }

  colourOf(value) {
    return this.#option(value)?.colour ?? 0;
  }

  #option(value) {
    return this.question.options.find((option) => option.value === value);
  }

  // --- what the painter asks ------------------------------------------------------------------------------------------

  items(startUnit, endUnit) {
    const [start, end] = [this.points.toPoint(startUnit), this.points.toPoint(endUnit)];
    const isThere = (span) => startOf(span) < end && endOf(span) > start;
    const given = this.spans.filter(isThere).map((span) => this.#item(span, false));
    return [...given, ...this.editing.open.filter(isThere).map((span) => this.#item(span, true))];
  }

  get arrows() {
    return [...this.#arrows.values()].flat();
  }

  unitOf(id) {
    const span = this.find(id);
    return span ? this.points.toUnit(startOf(span)) : 0;
  }

  tagPressed(id) {
    if (this.choosing.isOn) return this.choosing.take([id]);
    this.picker.stand(this.unitOf(id));
    this.select(id);
  }

  #item(span, isSuggested) {
    const { id, label } = span;
    const style = { title: this.titleOf(label), colour: this.colourOf(label), badge: this.#badges.get(id), hint: this.choosing.hints.get(id) };
    return { id, pieces: this.editing.unitsOf(span), ...style, isSelected: id === this.editing.selected, isSuggested };
  }

  // --- acts -----------------------------------------------------------------------------------------------------------

  /** A label was pressed: for the words that are picked, else for what is selected, else it is held for what comes. */
  label(value) {
    this.picker.look();
    if (this.picker.picked) return this.#add(value);
    if (this.editing.selected) return this.editing.relabel(value);
    this.#held = this.#held === value ? null : value;
    this.refresh();
  }

  #add(value) {
    if (!this.editing.add(this.picker.picked, value)) return;
    this.picker.clear();
    if (this.own.missing(this.editing.span)) this.own.step();
    this.refresh();
  }

  #change(spans) {
    this.#problem = "";
    this.give(spans);
    for (const follower of this.#followers) follower.spansChanged(spans);
  }

  labelAllSame() {
    const title = this.titleOf(this.editing.span.label);
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

  // --- pointer and caret ----------------------------------------------------------------------------------------------

  #picked(isDone) {
    this.#problem = "";
    if (!this.classList.contains("active")) this.dispatchEvent(new CustomEvent("answer-here", { bubbles: true }));
    if (this.picker.isByKeys) this.painter.reveal(...this.picker.picked);
    if (isDone && this.#held) return this.#add(this.#held);
    this.#showStatus();
  }

  /** A click on the text: the span there, the next one around it with the next click; with a held label on glass, the word. */
  #tapped(unit, isTouch) {
    const there = spansAt(this.editing.all, this.points.toPoint(unit)).map(({ id }) => id);
    if (this.choosing.isOn) return this.choosing.take(there);
    if (isTouch && this.#held && !there.includes(this.editing.selected)) {
      this.picker.take(unit, unit + 1);
      if (this.picker.picked) return this.#add(this.#held);
    }
    this.select(there[(there.indexOf(this.editing.selected) + 1) % there.length] ?? null, { isShown: false });
  }

  #found(start, end) {
    const [span] = spansAt(this.spans, this.points.toPoint(start));
    if (!this.classList.contains("active") && span) return this.select(span.id);
    this.picker.isByKeys = true;
    this.picker.take(start, end);
    this.refresh();
  }

  switchKeys() {
    if (this.picker.isByKeys) this.picker.stop();
    else this.picker.begin(this.editing.selected ? this.unitOf(this.editing.selected) : (this.picker.picked?.[0] ?? this.painter.firstSeen()));
    this.refresh();
  }

  #letGo() {
    if (this.picker.isByKeys) this.picker.stop();
    this.picker.clear();
    this.#held = null;
    this.select(null);
  }

  /** The next span (1) or the one before (-1), from the selected one or from where the keys stand. */
  beside(direction) {
    const { picked } = this.picker;
    return neighbour(this.editing.all, this.editing.selected, direction, picked ? this.points.toPoint(picked[0]) : -1);
  }

  walk(direction) {
    const id = this.beside(direction);
    if (id === null) return this.say("There is no other span that way.");
    this.picker.stand(this.unitOf(id));
    this.select(id);
  }

  // --- what is shown --------------------------------------------------------------------------------------------------

  /** Say what stands in the way, or what was done; until the next act. */
  say(text) {
    this.#problem = text;
    this.#showStatus();
    return false;
  }

  refresh() {
    if (!this.map) return;
    const { selected, span } = this.editing;
    this.#isListDue = true;
    this.painter.paint();
    this.own.show(span);
    const label = this.find(selected)?.label;
    for (const [value, button] of this.#buttons) button.press(this.#held === value || label === value);
    this.#showStatus();
  }

  /** The painter has drawn: the list comes into the same frame, once for all that happened since the last. */
  drawn() {
    if (!this.#isListDue) return;
    this.#isListDue = false;
    const { selected, open, all } = this.editing;
    const suggested = open.length > 0 ? `, ${open.length.toLocaleString()} suggested` : "";
    const place = selected ? all.findIndex(({ id }) => id === selected) : -1;
    this.list.show(all, `${this.spans.length.toLocaleString()} marked${suggested}`, (one) => this.#row(one), place);
  }

  #showStatus() {
    const text = this.#problem || this.choosing.words || this.#situation();
    if (this.status.textContent !== text) this.status.textContent = text;
    this.field.classList.toggle("marking-by-keys", this.picker.isByKeys);
    this.tools.show();
  }

  #situation() {
    const { picked, isByKeys } = this.picker;
    const keys = isByKeys ? "Marking by keys: arrows move, with shift they take more, tab goes from span to span, esc leaves. " : "";
    const chosen = this.find(this.editing.selected);
    if (this.own.isActive) return "Keys answer about this span: . leads on, esc back.";
    if (picked) return `${keys}“${shortened(this.map.text.slice(...picked), 80)}”: press a label.`;
    if (this.#held) return `${keys}“${this.titleOf(this.#held)}” is held: what you mark becomes it. Its key again lets go.`;
    if (chosen) return `${keys}“${shortened(quoteOf(chosen), 80)}” is selected: a label's key changes it.`;
    return keys || USUAL;
  }

  #row(span) {
    const isSuggested = this.editing.isSuggested(span.id);
    const open = !isSuggested && this.own.missing(span) ? "not answered yet" : "";
    const detail = [this.#badges.get(span.id), this.own.describe(span), open].filter(Boolean).join(" · ");
    return { id: span.id, title: this.titleOf(span.label), quote: quoteOf(span), detail, colour: this.colourOf(span.label), isSuggested };
  }

  #rowActs(id) {
    const isSuggested = this.editing.isSuggested(id);
    const drop = { name: "✕", label: isSuggested ? "Reject" : "Remove", run: () => this.editing.drop(id) };
    return isSuggested ? [{ name: "✓", label: "Accept", run: () => this.editing.accept(id) }, drop] : [drop];
  }
}

const shortened = (text, limit) => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);

questionKinds.register("spans", SpansQuestion);
