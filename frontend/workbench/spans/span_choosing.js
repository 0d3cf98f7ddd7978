const HINTS = [..."1234567890bdehijklmopqrtvwxyz"];

/** Another question asks which span it means: keys on the tags, a click, or tab and enter say it. */
export class SpanChoosing {
  hints = new Map(); // span id -> the key on its tag
  words = "";
  #ids = [];
  #then = null;

  /** `spans` is the element whose spans these are. */
  constructor(spans) {
    this.spans = spans;
  }

  get isOn() {
    return this.#then !== null;
  }

  begin({ ids, words, then }) {
    this.words = `${words} Press the key on its tag, click it, or tab and enter; esc stops.`;
    this.#ids = ids;
    this.#then = then;
    const seen = this.spans.painter.seenIds();
    const near = [...ids.filter((id) => seen.has(id)), ...ids.filter((id) => !seen.has(id))];
    this.hints = new Map(near.slice(0, HINTS.length).map((id, index) => [id, HINTS[index]]));
    this.spans.closest("main")?.focus({ preventScroll: true }); // enter is not for the button that was pressed
    this.spans.select(this.spans.selectedId, { isShown: false });
  }

  stop() {
    this.#then = null;
    this.#ids = [];
    this.hints = new Map();
    this.words = "";
  }

  /** Take the first of these that is asked for. */
  take(ids) {
    const id = ids.find((one) => this.#ids.includes(one));
    if (id === undefined) return;
    const then = this.#then;
    this.stop();
    then(id);
  }

  cancel() {
    this.stop();
    this.spans.select(this.spans.selectedId, { isShown: false });
  }

  get shortcuts() {
    const keys = [...this.hints].map(([id, key]) => ({ key, label: "The span with this key on its tag", run: () => this.take([id]) }));
    const walk = (direction) => this.spans.select(this.#ids.at((this.#ids.indexOf(this.spans.selectedId) + direction + this.#ids.length) % this.#ids.length));
    return [
      ...keys,
      { key: "Tab", label: "To the next span", run: () => walk(1) },
      { key: "Shift+Tab", label: "To the span before", run: () => walk(-1) },
      { key: "Enter", label: "Take the selected span", run: () => this.take([this.spans.selectedId]) },
      { key: "Escape", label: "Stop", run: () => this.cancel() },
    ];
  }
}
