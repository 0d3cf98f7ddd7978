import { MarkEditing } from "../marks/mark_editing.js";
import { freshId } from "../marks/mark_list.js";

export const PENDING = "new"; // the id of a region that has no label yet, and so is no part of the answer

/** What can be done with the regions of one task. One that is drawn without a label waits for it, and steps in a row are one gesture. */
export class RegionEditing extends MarkEditing {
  pending = null;
  #gesture = 0; // moves in a row with one number are one step of undo

  begin() {
    super.begin();
    this.pending = null;
  }

  find(id) {
    return id === PENDING ? this.pending : super.find(id);
  }

  select(id) {
    this.#gesture += 1;
    if (id !== PENDING) this.pending = null;
    this.selected = id;
  }

  /** A new region; without a label it waits for one. */
  add(sides, label) {
    if (label) return this.replace({ id: freshId("r", this.marks, this.suggested.all), label, ...sides });
    this.pending = { id: PENDING, ...sides };
    this.onSelect(PENDING);
    return true;
  }

  /** A label for what is selected: another one, or the first. */
  relabel(label) {
    if (this.selected !== PENDING) return super.relabel(label);
    const { id, ...sides } = this.pending;
    return this.add(sides, label);
  }

  /** Another place. `isStep`: one of several in a row, taken back together. */
  place(id, sides, { isStep = false } = {}) {
    if (id === PENDING) {
      this.pending = { id, ...sides };
      return this.onSelect(PENDING);
    }
    if (!isStep) this.#gesture += 1;
    return this.change(id, sides, isStep ? `${id} ${this.#gesture}` : "");
  }

  set(regions, selected = this.selected, gesture = "") {
    if (selected !== PENDING) this.pending = null;
    if (!gesture) this.#gesture += 1;
    super.set(regions, selected, gesture);
  }

  drop(id = this.selected) {
    if (id === PENDING) return this.onSelect(null);
    super.drop(id);
  }
}
