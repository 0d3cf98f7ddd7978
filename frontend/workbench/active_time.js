const IDLE_AFTER_MS = 60_000;

/** Seconds of work on one task: only while the page is visible, and at most a minute beyond the last sign of life. */
export class ActiveTime {
  #milliseconds;
  #since = null;

  constructor(now, seconds = 0) {
    this.#milliseconds = seconds * 1000;
    this.#since = now;
  }

  /** A key, a pointer movement, a scroll: the person is here. */
  activity(now) {
    this.#settle(now);
    this.#since = now;
  }

  /** Hidden page, pause: count up to here and no further until the next `activity`. */
  rest(now) {
    this.#settle(now);
    this.#since = null;
  }

  seconds(now) {
    const open = this.#since === null ? 0 : Math.min(Math.max(now - this.#since, 0), IDLE_AFTER_MS);
    return Math.round((this.#milliseconds + open) / 100) / 10;
  }

  #settle(now) {
    if (this.#since !== null) this.#milliseconds += Math.min(Math.max(now - this.#since, 0), IDLE_AFTER_MS);
  }
}
