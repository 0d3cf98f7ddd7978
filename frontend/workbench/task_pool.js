/**
 * The tasks this page holds a lease on, and how many more it should ask for.
 *
 * A lease is held for the task on screen, for each task ready in memory, and for each one whose answer has not reached the
 * server yet. `ahead` tasks are kept ready whatever is under way, so that fast keys over a slow line do not run dry, but never
 * more than `limit` leases in all, because what waits here cannot be given to anybody else.
 */
export class TaskPool {
  #ready = [];
  #asked = 0;
  #moves = 0; // counts what is asked and what is left behind, to tell which came first
  #left = new Map(); // task id -> move at which it was answered or skipped
  onScreen = null;

  constructor({ ahead = 4, limit = 8, unsentTaskIds = () => [], now = Date.now } = {}) {
    Object.assign(this, { ahead, limit, unsentTaskIds, now });
  }

  get size() {
    return this.#ready.length;
  }

  get isAsking() {
    return this.#asked > 0;
  }

  /** Ids the server need not offer again. */
  holding() {
    const ids = [...this.#ready.map((work) => work.task.id), ...this.unsentTaskIds()];
    return [...new Set(this.onScreen === null ? ids : [...ids, this.onScreen])];
  }

  /** How many further tasks to ask for now. */
  missing() {
    return Math.max(0, this.#target() - this.#leases());
  }

  /** Should an answer that is about to be sent bring another task back? It swaps its own lease for the new one. */
  wantsNextWithAnswer() {
    return this.#leases() <= this.#target();
  }

  /** A moment in the order of events: taken when a request leaves, it is what `add` must know about the reply. */
  mark() {
    return (this.#moves += 1);
  }

  asked() {
    this.#asked += 1;
  }

  answered() {
    this.#asked -= 1;
  }

  /** The task on screen was answered or skipped. */
  leave(taskId) {
    this.#left.set(taskId, this.mark());
    if (this.#left.size > 100) this.#left.delete(this.#left.keys().next().value);
  }

  /**
   * Keep a task the server gave, in the order in which it gave them, whichever reply came first. False if it is here already
   * (two requests under way may be given the same one) or was done with `since` the request left that the reply is to.
   */
  add(work, since) {
    const { id } = work.task;
    if (this.holding().includes(id) || this.#left.get(id) > since) return false;
    const later = this.#ready.findIndex((other) => other.assignment?.id > work.assignment?.id);
    this.#ready.splice(later < 0 ? this.#ready.length : later, 0, work);
    return true;
  }

  /** The next task to show, or null. One whose lease has run out meanwhile is somebody else's by now: passed over. */
  take() {
    while (this.#ready.length > 0) {
      const work = this.#ready.shift();
      if (Date.parse(work.assignment?.lease_expires_at ?? "") < this.now()) continue;
      this.onScreen = work.task.id;
      return work;
    }
    this.onScreen = null;
    return null;
  }

  /** Drop what was answered or skipped meanwhile in a page that is gone. */
  dropUnsent() {
    const unsent = this.unsentTaskIds();
    this.#ready = this.#ready.filter((work) => !unsent.includes(work.task.id));
  }

  /** A task that was on screen waits again, first in line. */
  putBack(work) {
    this.#ready.unshift(work);
  }

  peek() {
    return this.#ready[0] ?? null;
  }

  /** Give up all that is only waiting; returns the ids so that the server can be told. */
  clear() {
    return this.#ready.splice(0).map((work) => work.task.id);
  }

  #leases() {
    return this.holding().length + this.#asked;
  }

  /** The first unsent answer stands for the task on screen, whose lease it swaps; each further one widens the pool. */
  #target() {
    return Math.min(this.limit, this.ahead + Math.max(1, this.unsentTaskIds().length));
  }
}
