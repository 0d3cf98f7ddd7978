import { freshId, inOrder, neighbour, withPart, withSpan, withSpans, withoutSpan } from "./span_set.js";
import { SuggestedSpans, asAnswer } from "./suggested_spans.js";

/**
 * What can be done with the spans of one task, and which of them is selected. Knows no page: `onChange(spans)` gets each new list,
 * `onSelect()` hears that another one is selected, `say(text)` what stands in the way.
 */
export class SpanEditing {
  spans = [];
  suggested = new SuggestedSpans();
  selected = null; // the id of a span or of a suggestion

  /** `rules` is the question, `own` knows the questions about a span. */
  constructor({ rules, own, onChange, onSelect, say }) {
    Object.assign(this, { rules, own, onChange, onSelect, say });
  }

  /** Another task: its text in code points, its tokens for snapping, its words for "all the same". */
  begin({ points, tokens, words }) {
    Object.assign(this, { points, tokens, words, spans: [], selected: null, suggested: new SuggestedSpans() });
  }

  show(spans) {
    this.spans = spans;
    if (this.selected && !this.find(this.selected)) this.selected = null;
  }

  suggest(value) {
    this.suggested = new SuggestedSpans(value, this.spans);
  }

  get open() {
    return this.suggested.open(this.spans);
  }

  /** Spans and open suggestions in reading order. */
  get all() {
    return this.open.length > 0 ? inOrder([...this.spans, ...this.open]) : this.spans;
  }

  /** All suggestions that are not rejected, with what is marked already. */
  get accepted() {
    return withSpans(this.spans, this.open.map((span) => this.own.kept(asAnswer(span))), this.rules);
  }

  find(id) {
    return this.spans.find((span) => span.id === id) ?? this.open.find((span) => span.id === id) ?? null;
  }

  /** The selected span; null where none is, or a suggestion. */
  get span() {
    return this.selected === null ? null : (this.spans.find(({ id }) => id === this.selected) ?? null);
  }

  isSuggested(id) {
    return this.open.some((span) => span.id === id);
  }

  add(units, label) {
    return this.replace({ id: freshId("s", this.spans, this.suggested.all), parts: [this.points.part(...units)], label });
  }

  /** Another label for what is selected; a suggestion becomes a span with it. */
  relabel(label) {
    return this.replace(this.own.kept({ ...asAnswer(this.find(this.selected)), label }));
  }

  /** Put a span in, or in the place of the one with its id; says why not where it cannot be. */
  replace(span) {
    const { spans, problem } = withSpan(this.spans, span, this.rules);
    if (problem) return this.say(problem);
    this.set(spans, span.id);
    return true;
  }

  set(spans, selected = this.selected) {
    this.selected = selected;
    this.onChange(spans);
  }

  /** Remove a span or reject a suggestion; with nothing selected the first suggestion is shown. */
  drop(id = this.selected) {
    if (id === null) return this.onSelect(this.open[0]?.id ?? null);
    if (!this.isSuggested(id)) return this.set(withoutSpan(this.spans, id), null);
    const next = neighbour(this.open, id, 1);
    this.suggested.reject([id]);
    this.onSelect(next);
  }

  /** The first press shows which suggestion is meant, the next ones accept it and go on. */
  accept(id = this.selected) {
    if (!this.isSuggested(id)) return this.onSelect(this.open[0].id);
    const next = neighbour(this.open, id, 1);
    if (this.replace(this.own.kept(asAnswer(this.find(id)))) && next) this.onSelect(next);
  }

  rejectAll() {
    this.suggested.reject(this.open.map(({ id }) => id));
    this.onSelect(this.span?.id ?? null);
  }

  /** The same label for the same words wherever they stand; returns how many there were. */
  labelAllSame() {
    const { label, parts } = this.span;
    const string = parts.length === 1 ? parts[0].text : "";
    let number = Number(freshId("s", this.spans, this.suggested.all).slice(1));
    const added = this.words.occurrences(string).map((units) => ({ id: `s${number++}`, parts: [this.points.part(...units)], label }));
    const spans = withSpans(this.spans, added, this.rules);
    const count = spans.length - this.spans.length;
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
    return withSpans([], found, this.rules);
  }

  addPart(units) {
    const { span } = this;
    const parts = withPart(span.parts, this.points.part(...units), (start, end) => this.points.slice(start, end));
    return this.replace({ ...span, parts });
  }

  /** One token more at the end of the span (1), or one less (-1). */
  stretch(direction) {
    const { span } = this;
    const [start, end] = this.unitsOf(span).at(-1);
    const token = direction > 0 ? this.tokens.next(end) : this.tokens.previous(this.tokens.at(end - 1)[0]);
    if (!token || token[1] <= start) return this.say(direction > 0 ? "The text ends here." : "It is one word: remove it instead.");
    return this.replace({ ...span, parts: [...span.parts.slice(0, -1), this.points.part(start, token[1])] });
  }

  answer(answers) {
    const { answers: _, ...span } = this.span;
    this.replace(this.own.kept(Object.keys(answers).length > 0 ? { ...span, answers } : span));
  }

  /** The pieces of a span in units. */
  unitsOf({ parts }) {
    return parts.map(({ start, end }) => [this.points.toUnit(start), this.points.toUnit(end)]);
  }
}
