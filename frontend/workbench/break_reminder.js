import { ActiveTime } from "./active_time.js";

const BREAK_MS = 5 * 60_000;

/**
 * Knows when a person has worked for so many minutes without a break of five. It only tells; a break resets it, and so does
 * putting the reminder away.
 */
export class BreakReminder {
  #time = null;
  #lastSeen = -Infinity;

  constructor(minutes) {
    this.minutes = minutes; // null: never
  }

  /** A key, a pointer movement, a scroll: the person is here. */
  activity(now) {
    if (this.#time === null || now - this.#lastSeen >= BREAK_MS) this.#time = new ActiveTime(now);
    else this.#time.activity(now);
    this.#lastSeen = now;
  }

  /** Hidden page, pause. */
  rest(now) {
    this.#time?.rest(now);
  }

  isDue(now) {
    if (!this.minutes || this.#time === null || now - this.#lastSeen >= BREAK_MS) return false;
    return this.#time.seconds(now) >= 60 * this.minutes;
  }

  /** Count anew from here. */
  putAway(now) {
    this.#time = new ActiveTime(now);
    this.#lastSeen = now;
  }
}
