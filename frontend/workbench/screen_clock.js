import { draw } from "./frames.js";

/**
 * Knows what a person was looking at when they pressed a key.
 *
 * What comes next is drawn inside the frame that paints it, so the page never holds a task that is not on screen. A busy page
 * hands over key presses late; therefore a press is judged by its own time stamp: it belongs to what was drawn before it.
 */
export class ScreenClock {
  #current = { subject: null, since: -Infinity };
  #former = { subject: null, since: -Infinity };
  #next = null;

  constructor({ nextFrame = draw, now = () => performance.now() } = {}) {
    Object.assign(this, { nextFrame, now });
  }

  /** Let `subject` (null: nothing to answer) be on screen from the next frame on; `draw()` puts it into the page then. */
  show(subject, draw = () => {}) {
    const isWaiting = this.#next !== null;
    this.#next = { subject, draw }; // one that was still waiting is never seen
    if (!isWaiting) this.nextFrame(() => this.#draw());
  }

  /** What was on screen at that time stamp; null before anything was. */
  at(timeStamp) {
    if (timeStamp >= this.#current.since) return this.#current.subject;
    return timeStamp >= this.#former.since ? this.#former.subject : null;
  }

  #draw() {
    const { subject, draw } = this.#next;
    this.#next = null;
    draw();
    this.#former = this.#current;
    this.#current = { subject, since: this.now() };
  }
}
