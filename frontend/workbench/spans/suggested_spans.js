import { freshId, inOrder, keyOf, placeOf } from "./span_set.js";

/** The spans that a model suggests for one task: open until a person has them in the answer, or says no. */
export class SuggestedSpans {
  #all;
  #rejected = new Set();
  #known = { spans: null, open: [] }; // the answer to the last question

  /** `spans` are those answered already: another span's id is not used again. */
  constructor(value, spans = []) {
    const places = new Map(spans.map((span) => [span.id, placeOf(span)]));
    const isFree = (span) => span.id && (places.get(span.id) ?? placeOf(span)) === placeOf(span);
    let last = Number(freshId("p", value ?? [], spans).slice(1));
    this.#all = inOrder((value ?? []).map((span) => (isFree(span) ? span : { ...span, id: `p${last++}` })));
  }

  get all() {
    return this.#all;
  }

  get nRejected() {
    return this.#rejected.size;
  }

  /** What is neither answered nor rejected yet. */
  open(spans) {
    if (this.#all.length === 0) return this.#all;
    if (this.#known.spans !== spans) this.#known = { spans, open: this.#notIn(spans) };
    return this.#known.open;
  }

  reject(ids) {
    for (const id of ids) this.#rejected.add(id);
    this.#known = { spans: null };
  }

  bringBack() {
    this.#rejected.clear();
    this.#known = { spans: null };
  }

  #notIn(spans) {
    const keys = new Set(spans.map(keyOf));
    const ids = new Set(spans.map(({ id }) => id));
    return this.#all.filter((span) => !this.#rejected.has(span.id) && !ids.has(span.id) && !keys.has(keyOf(span)));
  }
}

/** A suggested span as an answer: without what only a model says. */
export function asAnswer({ id, parts, label, answers }) {
  return { id, parts, label, ...(answers ? { answers } : {}) };
}
