import { BreakReminder } from "./break_reminder.js";
import { Cover } from "./cover.js";
import { nameOfKeyFor } from "./shortcuts.js";

/**
 * What spares a person on the labeling page: a warning before the first task, a cover over each, a word about a break. All of
 * it is off where the project does not ask for it.
 */
export class Care extends Cover {
  #isTold = false; // of a break

  constructor({ root, stage, config }) {
    super({ root, stage, config, refusal: () => `It is still covered: ${nameOfKeyFor("cover")} shows it, ${nameOfKeyFor("skip")} skips it unseen.` });
    this.reminder = new BreakReminder(config.care.break_after_minutes);
    this.isWarning = this.isSensitive && this.memory.recall("warned") !== this.part("warning").textContent;
  }

  /** The warning has been read: it comes again in the next session, or when it says something else. */
  acknowledge() {
    this.isWarning = false;
    this.memory.note("warned", this.part("warning").textContent);
  }

  /** Another task is on screen, or none: a moment between two answers, in which a word about a break disturbs nobody. */
  between(now = performance.now()) {
    if (this.#isTold || !this.reminder.isDue(now)) return;
    this.#isTold = true;
    this.part("break").hidden = false;
  }

  /** Put the word about a break away; false where there is none. */
  putAwayBreak(now = performance.now()) {
    if (!this.#isTold) return false;
    this.#isTold = false;
    this.reminder.putAway(now);
    this.part("break").hidden = true;
    return true;
  }
}
