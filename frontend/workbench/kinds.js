/** One of several kinds, by name; registering a name twice is a mistake. */
class Registry {
  #tags = new Map();

  constructor(what) {
    this.what = what;
  }

  /** `element` is a custom element class; its tag is `<kind>-<what>`. */
  register(kind, element) {
    if (this.#tags.has(kind)) throw new Error(`The ${this.what} kind "${kind}" is registered twice.`);
    const tag = `${kind.replaceAll("_", "-")}-${this.what}`;
    customElements.define(tag, element);
    this.#tags.set(kind, tag);
  }

  create(kind) {
    if (!this.#tags.has(kind)) throw new Error(`This page knows no ${this.what} kind "${kind}".`);
    return document.createElement(this.#tags.get(kind));
  }
}

/**
 * What is shown. A field element takes `field` (its definition), `value` and `marks` (words to point out). One in which places can be
 * marked has a `textMap` (spans/text_map.js) of its value, and emits `text-drawn` where words of it come into reach later. One that
 * consists of parts lists them as `parts`, `{id, title, element}` as they stand on screen; a turn also has its `speaker`. One that
 * loads files may `prepare(value)` those of a task that comes later, so that nobody waits for them then.
 */
export const fieldKinds = new Registry("field");

/**
 * What is asked. A question element takes `question` (its definition), `answer` (wire format, null for none) and
 * `suggestion` ({value, confidence, alternatives} or null). It emits `answer-change` with `{question, answer}` as detail, and
 * `answer-complete` after it when one gesture answers the whole question. It knows nothing of saving and listens to no keys:
 * `shortcuts` lists `{key, label, answer}`, and the workbench calls `choose(answer)`. `describe(answer, data)` says it in words.
 */
export const questionKinds = new Registry("question");
