import { afterPaint, write } from "../frames.js";
import { MarkedList } from "../marks/marked_list.js";
import { say } from "../parts.js";
import { part } from "../question_element.js";
import { isByTouch, nameOfKeyFor } from "../shortcuts.js";
import { SpanPainter } from "./span_painter.js";
import { endOf, quoteOf, startOf } from "./span_set.js";

const USUAL = { keys: "Mark words in the text, then press a label.", touch: "Tap a label, then words in the text." };

/** What is seen of the spans: tags and arrows in the text, a list below it, and a line that says how things stand. */
export class SpanDisplay {
  #problem = "";
  #isListDue = false;
  #isFirst = false; // whether this is the first frame of a task
  #badges = new Map(); // span id -> what its tag says besides the label
  #arrows = new Map(); // question -> its relations

  /** `spans` is the element whose spans these are. */
  constructor(spans) {
    this.spans = spans;
    this.status = part("p", "span-status soft", { role: "status" });
    const acts = ({ id }) => this.#rowActs(id);
    this.list = new MarkedList({ title: `Marked: ${spans.question.title}`, onSelect: (id) => spans.tagPressed(id), acts });
  }

  /** Another task. */
  begin(field, map) {
    this.#isFirst = true;
    this.#problem = "";
    this.#badges = new Map();
    this.#arrows = new Map();
    this.field = field;
    this.map = map;
    this.painter ??= new SpanPainter(field.parentElement, this);
    this.painter.show(field, map);
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

  /** Say what stands in the way, or what was done; until the next act. */
  say(text) {
    this.#problem = text;
    this.showStatus();
    return false;
  }

  forget() {
    this.#problem = "";
  }

  refresh() {
    this.#isListDue = true;
    this.painter.paint();
    this.spans.own.show(this.spans.editing.mark);
    this.showStatus();
  }

  /** Buttons and words around the text come with the next frame, like what is drawn in it. */
  showStatus() {
    write(this, () => {
      const { editing, buttons, held, choosing, picker, tools } = this.spans;
      const label = editing.find(editing.selected)?.label;
      for (const [value, button] of buttons) button.press(held === value || label === value);
      say(this.status, this.#problem || choosing.words || this.#situation());
      this.field.classList.toggle("marking-by-keys", picker.isByKeys);
      tools.show();
    });
  }

  // --- what the painter asks ------------------------------------------------------------------------------------------

  items(startUnit, endUnit) {
    const { points, editing } = this.spans;
    const [start, end] = [points.toPoint(startUnit), points.toPoint(endUnit)];
    const isThere = (span) => startOf(span) < end && endOf(span) > start;
    const given = editing.marks.filter(isThere).map((span) => this.#item(span, false));
    return [...given, ...editing.open.filter(isThere).map((span) => this.#item(span, true))];
  }

  get arrows() {
    return [...this.#arrows.values()].flat();
  }

  unitOf(id) {
    return this.spans.unitOf(id);
  }

  tagPressed(id) {
    this.spans.tagPressed(id);
  }

  /**
   * The painter has drawn: the list comes into the same frame, once for all that happened since the last. Of a new task the text and
   * its marks come first, and the list of them a frame later.
   */
  drawn() {
    if (!this.#isListDue) return;
    this.#isListDue = false;
    if (this.#isFirst) afterPaint(() => this.#showList());
    else this.#showList();
    this.#isFirst = false;
  }

  #showList() {
    const { selected, open, all, marks } = this.spans.editing;
    const suggested = open.length > 0 ? `, ${open.length.toLocaleString()} suggested` : "";
    const place = selected ? all.findIndex(({ id }) => id === selected) : -1;
    this.list.show(all, `${marks.length.toLocaleString()} marked${suggested}`, (one) => this.#row(one), place);
  }

  #item(span, isSuggested) {
    const { id, label } = span;
    const { editing, choosing } = this.spans;
    const style = { title: this.spans.titleOf(label), colour: this.spans.colourOf(label), badge: this.#badges.get(id), hint: choosing.hints.get(id) };
    return { id, pieces: editing.unitsOf(span), ...style, isSelected: id === editing.selected, isSuggested };
  }

  // --- in words -------------------------------------------------------------------------------------------------------

  #situation() {
    if (!this.map.text) return "There is no text here to mark: enter says that there is none.";
    const { picker, editing, own, held } = this.spans;
    const { picked, isByKeys } = picker;
    const keys = isByKeys ? "Marking by keys: arrows move, with shift they take more, tab goes from span to span, esc leaves. " : "";
    const chosen = editing.find(editing.selected);
    if (own.isActive) return `Keys answer about this span: ${nameOfKeyFor("spans.answer")} leads on, esc back.`;
    if (picked) return `${keys}“${shortened(this.map.text.slice(...picked), 80)}”: press a label.`;
    if (held) return `${keys}“${this.spans.titleOf(held)}” is held: what you mark becomes it. ${isByTouch() ? "Tap it again to let go." : "Its key again lets go."}`;
    if (chosen) return `${keys}“${shortened(quoteOf(chosen), 80)}” is selected: ${isByTouch() ? "a label" : "a label's key"} changes it.`;
    return keys || USUAL[isByTouch() ? "touch" : "keys"];
  }

  #row(span) {
    const { editing, own } = this.spans;
    const isSuggested = editing.isSuggested(span.id);
    const open = !isSuggested && own.missing(span) ? "not answered yet" : "";
    const detail = [this.#badges.get(span.id), own.describe(span), open].filter(Boolean).join(" · ");
    const style = { title: this.spans.titleOf(span.label), colour: this.spans.colourOf(span.label) };
    return { id: span.id, quote: quoteOf(span), detail, ...style, isSuggested };
  }

  #rowActs(id) {
    const { editing } = this.spans;
    const isSuggested = editing.isSuggested(id);
    const drop = { name: "✕", label: isSuggested ? "Reject" : "Remove", run: () => editing.drop(id) };
    return isSuggested ? [{ name: "✓", label: "Accept", run: () => editing.accept(id) }, drop] : [drop];
  }
}

export const shortened = (text, limit) => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);
