import { freshId } from "./mark_list.js";

/** The marks that a model suggests for one task: open until a person has them in the answer, or says no. `rules`: see `MarkEditing`. */
export class SuggestedMarks {
  #all;
  #rejected = new Set();
  #known = { marks: null, open: [] }; // the answer to the last question

  /** `marks` are those answered already: another one's id is not used again. */
  constructor(rules, value = [], marks = []) {
    this.rules = rules;
    const places = new Map(marks.map((mark) => [mark.id, rules.placeOf(mark)]));
    const isFree = (mark) => mark.id && (places.get(mark.id) ?? rules.placeOf(mark)) === rules.placeOf(mark);
    let last = Number(freshId("p", value ?? [], marks).slice(1));
    this.#all = rules.inOrder((value ?? []).map((mark) => (isFree(mark) ? mark : { ...mark, id: `p${last++}` })));
  }

  get all() {
    return this.#all;
  }

  get nRejected() {
    return this.#rejected.size;
  }

  /** What is neither answered nor rejected yet. */
  open(marks) {
    if (this.#all.length === 0) return this.#all;
    if (this.#known.marks !== marks) this.#known = { marks, open: this.#notIn(marks) };
    return this.#known.open;
  }

  reject(ids) {
    for (const id of ids) this.#rejected.add(id);
    this.#known = { marks: null };
  }

  bringBack() {
    this.#rejected.clear();
    this.#known = { marks: null };
  }

  #notIn(marks) {
    const { rules } = this;
    const keys = new Set(marks.map((mark) => rules.keyOf(mark)));
    const ids = new Set(marks.map(({ id }) => id));
    return this.#all.filter((mark) => !this.#rejected.has(mark.id) && !ids.has(mark.id) && !keys.has(rules.keyOf(mark)));
  }
}
