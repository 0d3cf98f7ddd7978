const CHECK_MS = 10_000;

/** While the session is over, asks now and then whether the same person has signed in again, in whatever tab: `onLook()` after each, `onReturn()` then. */
export class SignInWatch {
  #timer = null;

  constructor({ api, hud, onLook, onReturn }) {
    Object.assign(this, { api, hud, onLook, onReturn });
  }

  /** Line or outbox have changed. */
  follow() {
    if (this.#isOut) this.#timer ??= setInterval(() => this.check(), CHECK_MS);
    else if (this.#timer) this.#timer = void clearInterval(this.#timer);
  }

  async check() {
    if (!this.#isOut) return;
    const { who, name } = await this.api.recheck();
    this.hud.otherUser = who === "other" ? name : "";
    this.onLook();
    if (who === "same") this.onReturn();
  }

  get #isOut() {
    return this.hud.summary.link === "signed_out";
  }
}
