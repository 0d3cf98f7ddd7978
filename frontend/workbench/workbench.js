import { isAnswered, sameAnswers } from "./answers.js";
import { afterPaint } from "./frames.js";
import { nameOfKeyFor } from "./shortcuts.js";
import { View } from "./view.js";

const UNDO_DEPTH = 200;
const DRAFT_AFTER_MS = 800;

/**
 * What a person does, one task after the other: answer, undo, skip, flag, comment, look back. Everything that must reach the
 * server goes through the outbox; nothing here waits for it.
 */
export class Workbench {
  view = null; // what is in the page now
  #acts = []; // what undo takes back, newest last
  #views = new WeakMap(); // work -> its view, for a task that left the screen unanswered
  #back = null; // how far back in history the screen is; null: at the open task
  #open = null; // the open task's view while history is on screen
  #away = null; // what was on screen when the person stepped away

  constructor(parts) {
    Object.assign(this, parts); // config, stage, clock, care, pool, prefetch, outbox, history, editKeep, hud, guidelineNumber
  }

  /** Bring the next task to the screen, or say that there is none. */
  advance() {
    const work = this.pool.take();
    if (work && work.schema?.number !== undefined && work.schema.number !== this.config.schema.number) return this.hud.reload();
    const view = work && (this.#views.get(work) ?? this.#opened(work));
    if (work) this.#views.set(work, view);
    this.show(view);
    afterPaint(() => this.prefetch.fill());
  }

  /** A task as it comes from the queue, or, where this tab was reloaded over it, as it was left. */
  #opened(work) {
    const kept = this.editKeep.take(work.task.id);
    return Object.assign(new View(work, { answers: kept?.answers ?? {} }), kept ? { edits: kept.edits } : {});
  }

  /** A task has arrived, or the reason why none does. */
  arrived() {
    if (this.view === null && this.#open === null && this.pool.size > 0) this.advance();
    else if (this.view === null) this.hud.explain();
  }

  /** Answers of a page that is gone have been taken over: what they answer is not asked again, unless it is being answered here. */
  adopted() {
    this.pool.dropUnsent();
    const open = this.#back === null ? this.view : this.#open;
    const isDone = open?.mode === "answer" && this.outbox.unsentTaskIds().includes(open.taskId);
    if (!isDone || Object.values(open.answers).some(isAnswered)) return;
    if (this.#back === null) this.advance();
    else this.#open = null;
  }

  /** From the next frame on this is what the page shows and what keys answer. */
  show(view) {
    this.view?.time.rest(performance.now());
    this.view = view;
    this.clock.show(view, () => {
      view?.time.activity(performance.now());
      this.care.lay(view);
      this.stage.lendsKeyboard = view?.mode !== "history"; // the arrows look further back
      if (view) this.stage.show(view.work, view.answers);
      this.hud.shown(view);
    });
  }

  /** An answer changed on screen. */
  changed({ question, answer, gesture }) {
    const { view } = this;
    const before = view.answers;
    view.answers = { ...before, [question]: answer };
    view.edits.note(before, view.answers, gesture);
    if (this.stage.goesOnAtOnce && isAnswered(answer)) return;
    this.hud.offerSteps(view);
    this.#draftSoon(view);
  }

  /** Take back the last change of an answer on screen, or do it again; both exactly. */
  takeBack() {
    this.#step("back", `There is nothing to take back here: ${nameOfKeyFor("undo")} undoes what was submitted.`);
  }

  doAgain() {
    this.#step("forth", "There is nothing to do again here.");
  }

  /** Answer as in the task before, as far as that holds here: one step to take back. */
  async copyFormer() {
    const { view } = this;
    const former = view && (await this.#before(view));
    if (view !== this.view || !view) return;
    if (!former) return this.hud.note(former === undefined ? "Earlier answers cannot be fetched right now." : "There is no task before this one.");
    const { answers, missing } = this.stage.questions.fitting(former.answers, { before: former.task.data, data: view.work.task.data });
    const left = missing.length > 0 ? `Not copied: ${missing.join(", ")}.` : "";
    if (Object.keys(answers).length === 0) return this.hud.note(left || "The task before has no answers.");
    const before = view.answers;
    view.answers = { ...before, ...answers };
    view.edits.note(before, view.answers);
    this.stage.setAnswers(view.answers);
    this.hud.offerSteps(view);
    this.#draftSoon(view);
    this.hud.note(`Copied from the task before. ${left}`.trim());
  }

  /** The answers given just before those on screen; null where there are none, undefined where they cannot be had now. */
  async #before({ mode, index, taskId }) {
    let step = mode === "history" ? index + 1 : 0;
    let entry = await this.history.at(step);
    while (entry?.task.id === taskId) entry = await this.history.at((step += 1));
    return entry;
  }

  #step(way, none) {
    const { view } = this;
    const answers = view?.edits[way](view.answers);
    if (!answers) return this.hud.note(none);
    view.answers = answers;
    this.stage.setAnswers(answers);
    this.hud.offerSteps(view);
    this.#draftSoon(view);
  }

  #draftSoon(view) {
    clearTimeout(view.draftTimer);
    view.draftTimer = null;
    if (view.mode !== "history") view.draftTimer = setTimeout(() => this.#saveDraft(view), DRAFT_AFTER_MS);
  }

  /** The page goes away: a draft that was still to be saved is saved now, and what led to it stays in this tab. */
  leave() {
    const { view } = this;
    if (view?.draftTimer) this.#saveDraft(view);
  }

  submit() {
    const { view } = this;
    if (!view) return;
    const missing = this.stage.questions.missing(view.answers);
    if (missing) {
      this.stage.focusQuestion(missing.name);
      return this.hud.note(`“${missing.title}” is not answered yet.`);
    }
    if (view.mode === "history") return this.#revise(view, this.stage.questions.given(view.answers));
    this.#dropDraft(view);
    const answers = this.stage.questions.given(view.answers);
    this.outbox.add({ kind: "submit", taskId: view.taskId, body: view.body(answers, this.#numbers()), work: view.work });
    this.#did({ kind: "submit", work: view.work, answers });
    this.hud.count(1);
    this.pool.leave(view.taskId);
    this.history.record({ task: view.work.task, answers, version: null, annotationId: null });
    this.advance();
  }

  accept() {
    const { view } = this;
    const suggested = view && this.stage.showSuggestions ? this.stage.questions.accepted : {};
    if (Object.keys(suggested).length === 0) return this.hud.note("There is no suggestion here.");
    view.edits.note(view.answers, { ...view.answers, ...suggested });
    view.answers = { ...view.answers, ...suggested };
    this.stage.setAnswers(view.answers);
    this.submit();
  }

  /** A key that was pressed while the former task was still on the glass answers that one. */
  late(seen, answers, key) {
    const former = this.#acts.at(-1);
    const isFormer = seen && former?.kind === "submit" && former.work.task.id === seen.taskId && this.stage.goesOnAtOnce;
    if (!isFormer || Object.keys(answers).length === 0) return this.hud.note(`“${key}” came before this was on screen: not used.`);
    if (sameAnswers(former.answers, answers)) return;
    this.#send(seen.work, answers, null);
    former.answers = answers;
    this.history.record({ task: seen.work.task, answers, version: null, annotationId: null });
    this.hud.did(former);
    this.hud.note(`“${key}” came before this was on screen: the former answer is now “${this.stage.questions.describe(answers, seen.work.task.data)}”.`);
  }

  skip(reason) {
    const { view } = this;
    this.#dropDraft(view);
    this.outbox.add({ kind: "skip", taskId: view.taskId, body: { reason }, work: view.work });
    this.#did({ kind: "skip", work: view.work, answers: view.answers });
    this.pool.leave(view.taskId);
    this.advance();
  }

  async undo() {
    this.close();
    const act = this.#acts.pop() ?? (await this.#lastFromServer());
    if (!act) return this.hud.note("There is nothing to undo.");
    this.hud.did(this.#acts.at(-1));
    if (act.kind === "revise") return this.#takeBackRevision(act);
    const unsent = this.outbox.open(act.work.task.id, act.kind);
    if (unsent) this.outbox.remove(unsent);
    else if (act.kind === "submit") this.outbox.add({ kind: "undo", taskId: act.work.task.id, body: { annotation_id: act.annotationId }, work: act.work });
    if (act.kind === "submit") this.hud.count(-1); // a skipped task can be answered as it is: the server takes it from whoever had it
    this.history.forget(act.work.task.id);
    this.#putBack();
    this.pool.onScreen = act.work.task.id;
    const mode = act.kind === "skip" ? "answer" : "undo";
    const view = new View(act.work, { mode, answers: act.answers, version: unsent?.body.version ?? null });
    this.#views.set(act.work, view);
    this.show(view);
  }

  /** The server would not take an undo back (it has been reviewed, say): the answer stands. */
  undoRefused(entry, sentence) {
    this.outbox.remove(entry);
    this.hud.count(1);
    this.hud.note(sentence);
    if (this.view?.taskId === entry.taskId && this.view.mode === "undo") this.advance();
  }

  /** Look further back (1) or forward (-1) through one's own answers. */
  async look(step) {
    const index = (this.#back ?? -1) + step;
    if (index < 0) return this.close();
    const entry = await this.history.at(index);
    if (entry === undefined) return this.hud.note("Earlier answers cannot be fetched right now.");
    if (entry === null) return this.hud.note("This is your earliest answer.");
    if (this.#back === null) this.#open = this.view;
    this.#back = index;
    const work = { task: entry.task, predictions: {}, schema: null };
    this.show(Object.assign(new View(work, { mode: "history", answers: entry.answers, version: entry.version }), { index }));
  }

  /** Leave history for the open task. */
  close() {
    if (this.#back === null) return false;
    const open = this.#open;
    this.#back = this.#open = null;
    if (open) this.show(open);
    else this.advance();
    return true;
  }

  /** Do a refused answer again: its task comes back to the screen with that answer. */
  reopen(entry) {
    this.close();
    this.outbox.remove(entry);
    this.#putBack();
    this.pool.onScreen = entry.taskId;
    this.show(new View(entry.work, { mode: "undo", answers: entry.body.answers, version: entry.problem?.annotation?.version ?? null }));
  }

  /** Step away: nothing is on screen, and no time passes, until `comeBack`. */
  stepAway() {
    this.close();
    this.#away = this.view;
    this.show(null);
  }

  comeBack() {
    const view = this.#away;
    this.#away = null;
    if (view) this.show(view);
    else this.arrived();
  }

  #revise(view, answers) {
    const former = this.history.find(view.taskId);
    if (sameAnswers(former?.answers ?? {}, answers)) return this.look(-1);
    this.#send(view.work, answers, view.version);
    this.#did({ kind: "revise", work: view.work, answers, before: former.answers, version: view.version });
    this.history.record({ ...former, answers });
    this.#back = 0; // it is the newest answer now
    this.show(Object.assign(new View(view.work, { mode: "history", answers, version: view.version }), { index: 0, before: former.answers }));
  }

  #takeBackRevision({ work, before, version }) {
    this.#send(work, before, version);
    this.history.record({ ...this.history.find(work.task.id), answers: before });
    this.hud.note(`Changed back to “${this.stage.questions.describe(before, work.task.data)}”.`);
  }

  /** Other answers for a task that was answered: into the entry that has not left yet, else as a revision. */
  #send(work, answers, version) {
    const taskId = work.task.id;
    const unsent = this.outbox.open(taskId, "revise") ?? this.outbox.open(taskId, "submit");
    if (unsent) return this.outbox.update(unsent, { answers });
    const body = { ...new View(work).body(answers, this.#numbers()), version };
    return this.outbox.add({ kind: "revise", taskId, body, work: { task: work.task } });
  }

  #saveDraft(view) {
    view.draftTimer = null;
    this.editKeep.put(view.taskId, view.answers, view.edits);
    const body = view.body(this.stage.questions.given(view.answers), this.#numbers());
    const unsent = this.outbox.open(view.taskId, "draft");
    if (unsent) this.outbox.update(unsent, body);
    else this.outbox.add({ kind: "draft", taskId: view.taskId, body });
  }

  #dropDraft(view) {
    clearTimeout(view.draftTimer);
    view.draftTimer = null;
    this.editKeep.drop(view.taskId);
    const unsent = this.outbox.open(view.taskId, "draft");
    if (unsent) this.outbox.remove(unsent);
  }

  /** The task on screen waits, with what was answered so far, while another takes its place. */
  #putBack() {
    if (!this.view) return;
    this.pool.onScreen = null;
    this.pool.putBack(this.view.work);
  }

  async #lastFromServer() {
    const entry = await this.history.at(0);
    if (!entry) return null;
    return { kind: "submit", work: { task: entry.task, predictions: {} }, answers: entry.answers, annotationId: entry.annotationId };
  }

  #did(act) {
    this.#acts = [...this.#acts.slice(-UNDO_DEPTH), act];
    this.hud.did(act);
  }

  #numbers() {
    return { schema: this.config.schema.number, guideline: this.guidelineNumber() };
  }
}
