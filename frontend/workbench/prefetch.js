import { pauseBefore, verdictOf } from "./outbox.js";

const LOOK_AGAIN_MS = 20_000;
const SOON_MS = 200;

/**
 * Keeps the pool filled: asks for what is missing, one after the other (two at once would be given the same task), and looks
 * again now and then when the queue is empty or the line is down. In full flight it has nothing to do, for each answer brings a
 * task back: `receive` takes them from wherever they come.
 */
export class Prefetch {
  #attempt = 0;
  #timer = null;
  #isHeld = false;
  reason = null; // why the queue gave nothing, when it last gave nothing
  link = "up";

  constructor({ pool, api, path, onWork, onChange, clock = globalThis }) {
    Object.assign(this, { pool, api, path, onWork, onChange, clock });
  }

  /** Ask for what is missing now. */
  fill() {
    if (this.#isHeld || this.pool.isAsking || this.#timer !== null || this.link !== "up") return;
    if (this.pool.missing() > 0) this.#ask();
  }

  /** Look now, whatever was said before: the line is back, somebody returned tasks, a person wants it. */
  lookAgain() {
    this.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.link = "up";
    this.reason = null;
    this.fill();
  }

  hold(held) {
    this.#isHeld = held;
    if (!held) this.lookAgain();
  }

  /**
   * Take the task that the reply to an answer brought, which left at mark `since`. That it brought none may be old news when the next reply comes, so
   * once nothing is left here the queue is asked why.
   */
  receive(work, since) {
    if (work?.task) this.#keep(work, since);
    else if (this.#isDry && this.pool.unsentTaskIds().length === 0) this.lookAgain();
  }

  get #isDry() {
    return this.pool.size === 0 && this.pool.onScreen === null;
  }

  #keep(work, since) {
    this.reason = null;
    if (!this.pool.add(work, since)) this.#later(SOON_MS);
    this.onWork(work);
  }

  async #ask() {
    const held = String(this.pool.holding());
    const since = this.pool.mark();
    this.pool.asked();
    const { status, body, retryAfter } = await this.api.post(this.path, { holding: this.pool.holding() });
    this.pool.answered();
    const verdict = verdictOf(status);
    this.link = verdict === "done" ? "up" : verdict;
    if (verdict === "done") {
      this.#attempt = 0;
      if (body.task) this.#keep(body, since);
      else this.#nothingToGive(body, held === String(this.pool.holding()));
    } else {
      this.#attempt += 1;
      this.problem = { status, ...body };
      const willPass = verdict === "offline" || verdict === "trouble";
      if (willPass) this.#later(Math.max(pauseBefore(this.#attempt), retryAfter * 1000));
    }
    this.onChange();
    this.fill();
  }

  /** Believed only if nothing was answered, skipped or brought while the question was on its way. */
  #nothingToGive(body, isFresh) {
    if (!isFresh || this.pool.unsentTaskIds().length > 0) return this.#later(SOON_MS);
    this.reason = body.reason;
    this.#later(LOOK_AGAIN_MS);
    return this.onWork(body);
  }

  #later(milliseconds) {
    this.clock.clearTimeout(this.#timer);
    this.#timer = this.clock.setTimeout(() => {
      this.#timer = null;
      this.link = "up";
      this.fill();
    }, milliseconds);
  }
}
