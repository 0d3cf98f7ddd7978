const PAUSE_MS = 2_000;

/**
 * Brings answers to the server, one after the other, the newest of each task; it tries again until the server has them.
 *
 * `send(taskId, answers)` answers `{status, body}`. `onChange(state)` is told "saving", "good", "offline" or "signed-out";
 * `onRefused(reply, taskId)` of what the server will not take, which is not sent again.
 */
export class Saver {
  #waiting = new Map(); // task id -> its newest answers
  #isBusy = false;
  #settled = [];

  constructor({ send, onChange = () => {}, onRefused = () => {}, pause = () => new Promise((go) => setTimeout(go, PAUSE_MS)) }) {
    Object.assign(this, { send, onChange, onRefused, pause });
  }

  /** What the server does not have yet, as `[task id, answers]`. */
  get waiting() {
    return [...this.#waiting];
  }

  put(taskId, answers) {
    this.#waiting.set(taskId, answers);
    if (!this.#isBusy) this.#work();
  }

  /** Resolves once the server has everything. */
  settled() {
    return this.#waiting.size === 0 ? Promise.resolve() : new Promise((done) => this.#settled.push(done));
  }

  async #work() {
    this.#isBusy = true;
    this.onChange("saving");
    while (this.#waiting.size > 0) {
      const [taskId, answers] = this.waiting[0];
      const reply = await this.send(taskId, answers);
      if (isPassing(reply.status)) {
        this.onChange(reply.status === 401 ? "signed-out" : "offline");
        await this.pause();
        continue;
      }
      if (this.#waiting.get(taskId) === answers) this.#waiting.delete(taskId);
      if (reply.status >= 400) this.onRefused(reply, taskId);
    }
    this.#isBusy = false;
    this.onChange("good");
    for (const done of this.#settled.splice(0)) done();
  }
}

/** Will the same call do better later? */
function isPassing(status) {
  return status === 0 || status === 401 || status === 429 || status >= 500;
}
