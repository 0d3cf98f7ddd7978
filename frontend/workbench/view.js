import { ActiveTime } from "./active_time.js";
import { AnswerHistory } from "./answer_history.js";
import { preselectedAnswers } from "./answers.js";

/** A task as it is being looked at: in the order of work, taken back by undo, or opened again from history. */
export class View {
  flag = null; // outbox key of a flag set here
  draftTimer = null; // while a draft is still to be saved
  edits = new AnswerHistory();

  constructor(work, { mode = "answer", answers = {}, version = null, now = performance.now() } = {}) {
    Object.assign(this, { work, mode, version });
    const begun = work.draft?.answers ?? (mode === "answer" ? preselectedAnswers(work.predictions) : {});
    this.answers = { ...begun, ...answers };
    this.version = version ?? work.draft?.version ?? null;
    this.time = new ActiveTime(now);
  }

  get taskId() {
    return this.work.task.id;
  }

  /** What is sent about it. */
  body(answers, { schema, guideline }, now = performance.now()) {
    const seconds = this.time.seconds(now);
    const numbers = { schema_number: this.work.schema?.number ?? schema, guideline_number: guideline };
    return { answers, version: this.version, active_seconds: seconds, ...numbers };
  }
}
