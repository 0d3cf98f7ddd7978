import { MarkEditing } from "../marks/mark_editing.js";
import { freshId } from "../marks/mark_list.js";
import { spanRules, withPart } from "./span_set.js";

/** What can be done with the spans of one text. */
export class SpanEditing extends MarkEditing {
  /** `question` says whether spans may overlap. */
  constructor({ question, ...rest }) {
    super({ rules: spanRules(question), ...rest });
  }

  /** Another task: its text in code points, its tokens for snapping, its words for "all the same". */
  begin({ points, tokens, words }) {
    super.begin();
    Object.assign(this, { points, tokens, words });
  }

  add(units, label) {
    return this.replace({ id: this.#freshId(), parts: [this.points.part(...units)], label });
  }

  #freshId() {
    return freshId("s", this.marks, this.suggested.all);
  }

  /** The same label for the same words wherever they stand; returns how many there were. */
  labelAllSame() {
    const { label, parts } = this.mark;
    const string = parts.length === 1 ? parts[0].text : "";
    let number = Number(this.#freshId().slice(1));
    const added = this.words.occurrences(string).map((units) => ({ id: `s${number++}`, parts: [this.points.part(...units)], label }));
    const spans = this.rules.withAll(this.marks, added);
    const count = spans.length - this.marks.length;
    if (count > 0) this.set(spans);
    return count;
  }

  /** Of another text's spans those whose words stand here too, the first to the first of its kind, the second to the second. */
  fitting(spans) {
    const used = new Map();
    const found = spans.flatMap((span) => {
      const [{ text }] = span.parts;
      const key = JSON.stringify([text, span.label]);
      const nth = used.get(key) ?? 0;
      const units = span.parts.length === 1 ? this.words.occurrences(text)[nth] : undefined;
      used.set(key, nth + 1);
      return units ? [{ ...span, parts: [this.points.part(...units)] }] : [];
    });
    return this.rules.withAll([], found);
  }

  addPart(units) {
    const { mark } = this;
    const parts = withPart(mark.parts, this.points.part(...units), (start, end) => this.points.slice(start, end));
    return this.replace({ ...mark, parts });
  }

  /** One token more at the end of the span (1), or one less (-1). */
  stretch(direction) {
    const { mark } = this;
    const [start, end] = this.unitsOf(mark).at(-1);
    const token = direction > 0 ? this.tokens.next(end) : this.tokens.previous(this.tokens.at(end - 1)[0]);
    if (!token || token[1] <= start) return this.say(direction > 0 ? "The text ends here." : "It is one word: remove it instead.");
    return this.replace({ ...mark, parts: [...mark.parts.slice(0, -1), this.points.part(start, token[1])] });
  }

  /** The pieces of a span in units. */
  unitsOf({ parts }) {
    return parts.map(({ start, end }) => [this.points.toUnit(start), this.points.toUnit(end)]);
  }
}
