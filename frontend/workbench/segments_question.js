import { exactTimeOf } from "./audio/clock.js";
import { nudgeOf } from "./audio/view.js";
import { write } from "./frames.js";
import { questionKinds } from "./kinds.js";
import { shortcutFor } from "./marks/toolbar.js";
import { RegionsQuestion } from "./regions/regions_question.js";
import { compareSegments } from "./segments/comparison.js";
import { rangeOf, segmentForm, withEdge } from "./segments/segment_form.js";
import { SegmentLayer } from "./segments/segment_layer.js";
import { SegmentPicking } from "./segments/segment_picking.js";
import { isByTouch, nameOfKeyFor } from "./shortcuts.js";

/**
 * Ranges of a sound with labels. One is marked by dragging over the waveform, or by a key where it begins and where it ends; its edges are
 * dragged, or moved by keys: the one that is in hand.
 */
export class SegmentsQuestion extends RegionsQuestion {
  kind = "segments";
  noun = "segment";
  nouns = "segments";
  form = segmentForm;
  edge = "end"; // the one in hand
  picking = new SegmentPicking(this);
  layer = new SegmentLayer();
  #items = []; // what is painted
  #view = null; // the part of the sound that was seen last

  begin(field, value) {
    this.timeline = field.timeline;
    this.edge = "end";
    this.picking.begin(this.timeline);
    this.layer.begin(this.timeline);
    this.timeline.watch(() => this.#follow());
    if (value && (!this.timeline.pointing.marker || this.isMeant)) this.timeline.hold(this.picking);
  }

  set isActive(isActive) {
    super.isActive = isActive;
    if (isActive && this.medium) this.timeline.hold(this.picking);
  }

  paint(items) {
    this.#items = items;
    if (this.timeline) this.#draw();
  }

  /** The sound has moved on, or is seen closer: then keys move edges by less. */
  #follow() {
    const { view } = this.timeline.wave;
    if (view !== this.#view) this.refresh();
    else write(this.layer, () => this.#draw());
    this.#view = view;
  }

  #draw() {
    const { drawn, marked } = this.picking;
    const shown = this.#items.map((item) => (drawn?.id === item.id ? { ...item, ...drawn } : item));
    this.layer.show(shown, { picked: marked, edge: this.edge });
  }

  wordsFor(segment) {
    return rangeOf(segment);
  }

  compare(answer, others) {
    return compareSegments(this, answer, others);
  }

  // --- acts -----------------------------------------------------------------------------------------------------------

  /** What is selected is heard from its beginning, unless the person is there already. */
  select(id, { isSought = true } = {}) {
    if (id !== this.editing.selected) this.edge = "end";
    if (id) this.picking.opened = null;
    super.select(id);
    const segment = isSought && id && this.editing.find(id);
    const { place } = this.timeline;
    if (segment && !(segment.start <= place && place <= segment.end)) this.timeline.seek(segment.start);
  }

  /** A label also ends what was begun by key. */
  label(value) {
    if (this.picking.opened === null) return super.label(value);
    const { held } = this;
    this.held = value;
    if (this.picking.end()) this.held = held;
    return this.refresh();
  }

  draw({ start, end }) {
    this.edge = "end";
    super.draw({ start, end });
  }

  place(id, range, options) {
    this.editing.place(id, range, options);
  }

  letGo() {
    this.picking.opened = null;
    super.letGo();
  }

  /** The edge in hand goes where `to(its moment)` says. */
  #moveEdge(to, options) {
    const { edge } = this;
    const segment = this.editing.find(this.editing.selected);
    this.place(segment.id, withEdge(segment, edge, to(segment[edge]), this.picking.total), options);
    this.edge = edge;
  }

  #nudge(direction) {
    const step = nudgeOf(this.timeline.wave.view);
    this.#moveEdge((at) => at + direction * step, { isStep: true });
  }

  #changeEdge() {
    this.editing.select(this.editing.selected); // the moves of the other edge are another step
    this.edge = this.edge === "end" ? "start" : "end";
    this.refresh();
  }

  #play(id = this.editing.selected) {
    const { start, end } = this.editing.find(id);
    this.timeline.play(start, end);
  }

  get ownActs() {
    const isSelected = () => this.editing.selected !== null;
    const nudges = (direction) => ({ isOffered: isSelected, repeats: true, run: () => this.#nudge(direction) });
    return [
      { action: "segments.mark", name: "Start or end here", isOffered: () => Boolean(this.medium), isPressed: () => this.picking.opened !== null, run: () => this.picking.mark() },
      { action: "segments.play", name: "Play it", isOffered: isSelected, run: () => this.#play() },
      { action: "segments.edge", name: "Other edge", isOffered: isSelected, run: () => this.#changeEdge() },
      { action: "segments.earlier", name: "Earlier", ...nudges(-1) },
      { action: "segments.earlier", key: "ArrowLeft", ...nudges(-1) },
      { action: "segments.later", name: "Later", ...nudges(1) },
      { action: "segments.later", key: "ArrowRight", ...nudges(1) },
      { action: "segments.here", name: "Edge to here", isOffered: isSelected, run: () => this.#moveEdge(() => this.timeline.place) },
    ];
  }

  get ownKeys() {
    if (this.picking.opened === null || this.held) return [];
    return [{ key: "Escape", label: "Let go", run: () => this.letGo() }];
  }

  /** Who writes down what is said hears it again in between. */
  get keysBesideOwn() {
    return [shortcutFor("segments.play", { run: () => this.#play() })];
  }

  ownRowActs(id) {
    return [{ name: "▶", label: "Play", run: () => this.#play(id) }];
  }

  // --- in words -------------------------------------------------------------------------------------------------------

  get doing() {
    const { drawn, opened } = this.picking;
    if (drawn) return rangeOf(drawn);
    if (opened === null) return "";
    const ends = isByTouch() ? "“Start or end here” ends it, or a label" : `${nameOfKeyFor("segments.mark")} ends it, or a label's key`;
    return `It begins at ${exactTimeOf(opened)}. Play on or go forward: ${ends}.`;
  }

  get movingWords() {
    const segment = this.editing.find(this.editing.selected);
    if (isByTouch()) return `${rangeOf(segment)}: drag its edges.`;
    return `${rangeOf(segment)}: ← and → move its ${this.edge} by ${nudgeOf(this.timeline.wave.view)} s.`;
  }

  get usual() {
    if (isByTouch()) return "Drag over the waveform, then tap a label.";
    return `Drag over the waveform, or press ${nameOfKeyFor("segments.mark")} where it begins and where it ends; then a label.`;
  }
}

questionKinds.register("segments", SegmentsQuestion);
