import { AnswerHistory } from "./answer_history.js";

/** What was answered in the open task, and the steps that led to it, for this tab to find after a reload. */
export class EditKeep {
  #key;
  #memory;

  constructor({ scope, memory = globalThis.sessionStorage }) {
    this.#key = `edits:${scope}`;
    this.#memory = memory;
  }

  put(taskId, answers, edits) {
    try {
      this.#memory.setItem(this.#key, JSON.stringify({ taskId, answers, edits }));
    } catch {
      // no room or no storage: the draft is kept elsewhere, only its steps are not
    }
  }

  /** `{answers, edits}` of a task; null where there is nothing of it. */
  take(taskId) {
    const kept = this.#read();
    if (kept?.taskId !== taskId) return null;
    return { answers: kept.answers, edits: new AnswerHistory(kept.edits) };
  }

  drop(taskId) {
    if (this.#read()?.taskId === taskId) this.#memory.removeItem(this.#key);
  }

  #read() {
    try {
      return JSON.parse(this.#memory.getItem(this.#key));
    } catch {
      return null;
    }
  }
}
