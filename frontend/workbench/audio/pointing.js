const STILL = 4; // CSS pixels that a press may tremble
const REACH = { mouse: 6, touch: 18, pen: 10 }; // how near to an edge is on it

/**
 * What a pointer does on a waveform: it seeks, and, where a question marks stretches of the sound, it drags them. Such a `marker` answers
 * `grasp(seconds, reach)` with what is taken hold of there (null: nothing), `sweep(seconds)` with a new stretch that begins there; both as
 * `{move(seconds), drop(), cancel()}`. `tap(seconds)` it is told.
 */
export class Pointing {
  marker = null;
  #press = null; // {clientX, at, held}

  constructor(wave, seek) {
    Object.assign(this, { wave, seek });
    const { element } = wave;
    element.addEventListener("pointerdown", (event) => this.#begin(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerup", (event) => this.#end(event));
    for (const type of ["pointercancel", "lostpointercapture"]) element.addEventListener(type, () => this.#cancel());
  }

  #begin(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    const at = this.wave.timeAt(event.clientX);
    this.wave.element.setPointerCapture(event.pointerId);
    this.#press = { clientX: event.clientX, at, held: this.marker?.grasp(at, this.#reach(event)) ?? null };
    if (!this.marker) this.seek(at);
  }

  #move(event) {
    const press = this.#press;
    if (!press) return this.#hover(event);
    const at = this.wave.timeAt(event.clientX);
    if (!this.marker) return this.seek(at);
    if (!press.isMoving && Math.abs(event.clientX - press.clientX) <= STILL) return;
    press.isMoving = true;
    press.held ??= this.marker.sweep(press.at);
    press.held.move(at);
  }

  #end(event) {
    const press = this.#press;
    this.#press = null;
    if (!press || !this.marker) return;
    if (press.isMoving) return press.held.drop();
    const at = this.wave.timeAt(event.clientX);
    this.seek(at);
    this.marker.tap(at);
  }

  /** The page scrolls instead, or the window has lost the pointer. */
  #cancel() {
    const press = this.#press;
    this.#press = null;
    if (press?.isMoving) press.held.cancel();
  }

  #hover(event) {
    const isOnEdge = Boolean(this.marker?.grasp(this.wave.timeAt(event.clientX), this.#reach(event)));
    this.wave.element.classList.toggle("on-edge", isOnEdge);
  }

  #reach({ pointerType }) {
    return this.wave.secondsOf(REACH[pointerType] ?? REACH.mouse);
  }
}
