import { neighbour } from "./mark_list.js";
import { SuggestedMarks } from "./suggested_marks.js";

/**
 * What can be done with the marks of one task (spans, or regions), with those that are suggested, and which of them is selected. Knows
 * no page: `onChange(marks)` gets each new list, `onSelect(id)` hears that another one is to be selected, `say(text)` what stands in
 * the way. `own` knows the questions about a mark.
 *
 * `rules` say what is special about a kind of mark: `placeOf(mark)` and `keyOf(mark)`, by which two at one place and two that are the
 * same are known; `inOrder(marks)`, reading order; `with(marks, mark)`, the list with one more as `{marks}`, or `{problem}` in words,
 * where one of the same id takes the place of the one before; `withAll(marks, added)`, with all that can be there; `asAnswer(mark)`,
 * a suggested one without what only a model says.
 */
export class MarkEditing {
  marks = [];
  selected = null; // the id of a mark or of a suggestion

  constructor({ rules, own, onChange, onSelect, say }) {
    Object.assign(this, { rules, own, onChange, onSelect, say });
    this.suggested = new SuggestedMarks(rules);
  }

  /** Another task. */
  begin() {
    Object.assign(this, { marks: [], selected: null, suggested: new SuggestedMarks(this.rules) });
  }

  show(marks) {
    this.marks = marks;
    if (this.selected && !this.find(this.selected)) this.selected = null;
  }

  suggest(value) {
    this.suggested = new SuggestedMarks(this.rules, value, this.marks);
  }

  get open() {
    return this.suggested.open(this.marks);
  }

  /** Marks and open suggestions in reading order. */
  get all() {
    return this.open.length > 0 ? this.rules.inOrder([...this.marks, ...this.open]) : this.marks;
  }

  /** All suggestions that are not rejected, with what is marked already. */
  get accepted() {
    return this.rules.withAll(this.marks, this.open.map((mark) => this.#taken(mark)));
  }

  find(id) {
    return this.marks.find((mark) => mark.id === id) ?? this.open.find((mark) => mark.id === id) ?? null;
  }

  /** The selected mark of the answer; null where none is selected, or a suggestion. */
  get mark() {
    return this.selected === null ? null : (this.marks.find(({ id }) => id === this.selected) ?? null);
  }

  isSuggested(id) {
    return this.open.some((mark) => mark.id === id);
  }

  /** A mark as it stands in an answer, with what is answered about it, and other `changes`. */
  #taken(mark, changes = {}) {
    return this.own.kept({ ...this.rules.asAnswer(mark), ...changes });
  }

  /** Change a mark; a suggestion is taken over by that. */
  change(id, changes, gesture) {
    return this.replace(this.#taken(this.find(id), changes), gesture);
  }

  relabel(label) {
    return this.change(this.selected, { label });
  }

  /** Put a mark in, or in the place of the one with its id; says why not where it cannot be. */
  replace(mark, gesture) {
    const { marks, problem } = this.rules.with(this.marks, mark);
    if (problem) return this.say(problem);
    this.set(marks, mark.id, gesture);
    return true;
  }

  /** `gesture`: of what the change is a part; parts in a row are taken back together. */
  set(marks, selected = this.selected, gesture = "") {
    this.selected = selected;
    this.onChange(marks, gesture);
  }

  /** Remove a mark or reject a suggestion; with nothing selected the first suggestion is shown. */
  drop(id = this.selected) {
    if (id === null) return this.onSelect(this.open[0]?.id ?? null);
    if (!this.isSuggested(id)) return this.set(this.marks.filter((mark) => mark.id !== id), null);
    const next = neighbour(this.open, id, 1);
    this.suggested.reject([id]);
    this.onSelect(next);
  }

  /** The first press shows which suggestion is meant, the next ones accept it and go on. */
  accept(id = this.selected) {
    if (!this.isSuggested(id)) return this.onSelect(this.open[0].id);
    const next = neighbour(this.open, id, 1);
    if (this.change(id) && next) this.onSelect(next);
  }

  rejectAll() {
    this.suggested.reject(this.open.map(({ id }) => id));
    this.onSelect(this.mark?.id ?? null);
  }

  /** Answers to the questions about the selected mark. */
  answer(answers) {
    const { answers: _, ...mark } = this.mark;
    this.replace(this.own.kept(Object.keys(answers).length > 0 ? { ...mark, answers } : mark));
  }
}
