import { edgeAt, segmentsAt, stretch, withEdge } from "./segment_form.js";

/** How a person comes to a range of the sound and to segments: by pointer, or by a key that marks where the sound is. */
export class SegmentPicking {
  opened = null; // the moment from which one is being marked by keys
  drawn = null; // the range {id, start, end} that the pointer draws or changes just now

  /** `question` is the element whose segments these are. */
  constructor(question) {
    this.question = question;
  }

  begin(timeline) {
    Object.assign(this, { timeline, opened: null, drawn: null });
  }

  get total() {
    return this.timeline.seconds || Infinity;
  }

  /** What is marked but has no end yet: up to where the sound is. */
  get marked() {
    if (this.drawn && !this.drawn.id) return this.drawn;
    return this.opened === null ? null : stretch(this.opened, this.timeline.place, this.total);
  }

  /** A key: here it begins, and with the next press here it ends. */
  mark() {
    const { question, timeline } = this;
    if (this.opened !== null) return this.end();
    question.select(null);
    this.opened = timeline.place;
    return question.refresh();
  }

  /** What is open ends where the sound is; false where that is too short. */
  end() {
    const { marked, question } = this;
    if (!marked) return question.say("That is too short: play on, or go forward, and press it again.");
    this.opened = null;
    question.draw(marked);
    return true;
  }

  // --- what the pointer asks -------------------------------------------------------------------------------------------

  /** The edge of a segment that is near: the selected one's before others. */
  grasp(at, reach) {
    const { editing } = this.question;
    const all = editing.pending ? [...editing.all, editing.pending] : editing.all;
    const found = edgeAt(all, at, reach, editing.selected);
    if (!found) return null;
    const { segment, edge } = found;
    const move = (seconds) => this.#draw({ id: segment.id, ...withEdge(segment, edge, seconds, this.total) });
    return { move, drop: () => this.#drop(edge), cancel: () => this.#draw(null) };
  }

  /** A new range. */
  sweep(from) {
    this.opened = null;
    this.question.select(null);
    return { move: (to) => this.#draw(stretch(from, to, this.total)), drop: () => this.#dropNew(), cancel: () => this.#draw(null) };
  }

  /** The segment there, the next one around it with the next press. */
  tap(at) {
    const { question } = this;
    const there = segmentsAt(question.editing.all, at).map(({ id }) => id);
    question.select(there[(there.indexOf(question.editing.selected) + 1) % there.length] ?? null, { isSought: false });
  }

  #draw(range) {
    if (!this.question.isMeant) this.question.dispatchEvent(new CustomEvent("answer-here", { bubbles: true }));
    this.drawn = range;
    this.question.refresh();
  }

  #drop(edge) {
    const { id, start, end } = this.drawn;
    this.drawn = null;
    this.question.edge = edge;
    this.question.place(id, { start, end });
  }

  #dropNew() {
    const { drawn, question } = this;
    this.drawn = null;
    if (drawn) question.draw(drawn);
    else question.refresh();
  }
}
