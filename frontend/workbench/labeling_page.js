import { Api, whoAmI } from "./api.js";
import { Care } from "./care.js";
import { factsFrom, requestFor } from "./delivery.js";
import { AskDialog, SkipDialog, shut } from "./dialogs.js";
import { EditKeep } from "./edit_keep.js";
import { afterPaint } from "./frames.js";
import { History } from "./history.js";
import { Hud } from "./hud.js";
import { Keyboard } from "./keyboard.js";
import { keymap } from "./keymap.js";
import { keysDialogFor } from "./own_keys.js";
import { Outbox } from "./outbox.js";
import { OutboxStore } from "./outbox_store.js";
import { GuidelinePanel, TextSize } from "./panels.js";
import { Prefetch } from "./prefetch.js";
import { ProblemsDialog, isHarmless, problemInWords } from "./problems.js";
import { Reading } from "./reading.js";
import { Remarks } from "./remarks.js";
import { ScreenClock } from "./screen_clock.js";
import { press } from "./question_element.js";
import { SignInWatch } from "./sign_in_watch.js";
import { Stage } from "./stage.js";
import { Tab } from "./tabs.js";
import { TaskPool } from "./task_pool.js";
import { Workbench } from "./workbench.js";

const PROGRESS_MS = 30_000;
const LOOK_BACK_EVERY_MS = 5_000;
const LONGEST_LOOK_BACK_MS = 1_000;
const WHILE_COVERED = ["accept", "submit", "takeBack", "doAgain", "copyFormer"]; // these would answer what has not been seen
const WHILE_WARNED = ["heed", "submit", "guideline", "ask", "help", "problems", "larger", "smaller"];
const WHILE_PAUSED = ["pause", "submit", "guideline", "ask", "help", "problems", "larger", "smaller"];

/** The labeling page put together: who talks to whom stands here and nowhere else. */
export class LabelingPage {
  #isPaused = false;
  #marks = new WeakMap(); // outbox entry -> when it left, in the pool's order of events

  constructor(root, config) {
    const csrfToken = document.querySelector("meta[name=csrf-token]").content;
    this.config = config;
    this.path = `projects/${config.project.slug}/`;
    this.api = new Api({ root: config.urls.api, csrfToken, whoAmI: () => whoAmI(config.urls.page, config.user.id) });
    keymap.begin({ own: config.keys, isCovering: config.care.is_sensitive });
    this.stage = new Stage(document.getElementById("stage"), { schema: config.schema, showSuggestions: config.show_suggestions });
    this.care = new Care({ root, stage: this.stage, config });
    this.clock = new ScreenClock();
    const { api, stage, care, clock, path } = this;
    const pool = new TaskPool({ ahead: config.ahead, limit: config.leases, unsentTaskIds: () => this.outbox.unsentTaskIds() });
    this.pool = pool;
    this.store = new OutboxStore({ scope: `${config.user.id}:${config.project.slug}`, later: () => new Promise(afterPaint) });
    this.outbox = new Outbox({
      store: this.store,
      tab: new Tab(),
      later: afterPaint,
      send: (entry, facts) => {
        this.#marks.set(entry, pool.mark());
        return api.post(...requestFor(entry, facts, pool));
      },
      onSent: (entry, body) => this.#sent(entry, body),
      onRefused: (entry) => this.#refused(entry),
      onAdopted: () => this.workbench.adopted(),
      onChange: () => this.#refresh(),
    });
    this.prefetch = new Prefetch({
      pool,
      api,
      path: `${path}queue/next/`,
      onWork: (work) => this.#received(work),
      onChange: () => this.#refresh(),
    });
    this.history = new History(async (cursor) => {
      const { status, body } = await api.get(`${path}queue/history/${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`);
      return status === 200 ? body : null;
    });
    const { outbox, prefetch, history } = this;
    const whenPainted = (view, time) => {
      root.dispatchEvent(new CustomEvent("task-painted", { detail: { taskId: view?.taskId ?? null, time } }));
    };
    this.reading = new Reading({
      root,
      api,
      path,
      onShow: () => this.guideline.isSheet && this.guideline.toggle(false), // it would lie over what is to be read
      onRead: (number) => this.#hasRead(number),
    });
    const { reading } = this;
    const guidelineNumber = () => this.guideline.number;
    this.hud = new Hud({ root, stage, config, care, prefetch, outbox, reading, whenPainted });
    const onReturn = () => (outbox.resume(), prefetch.lookAgain());
    this.signIn = new SignInWatch({ api, hud: this.hud, onLook: () => this.#refresh(), onReturn });
    const editKeep = new EditKeep({ scope: this.store.scope });
    this.workbench = new Workbench({ config, stage, clock, care, pool, prefetch, outbox, history, editKeep, hud: this.hud, guidelineNumber });
    this.#panels();
    this.#listen(root);
  }

  /** Send what an earlier page left here, and ask for work that is not among it. */
  async start() {
    this.prefetch.hold(this.care.isWarning);
    this.workbench.show(null);
    const atMost = new Promise((resolve) => setTimeout(resolve, LONGEST_LOOK_BACK_MS)); // a broken database must not stop us
    await Promise.race([this.outbox.adopt(), atMost]);
    this.prefetch.fill();
    // a page that is just closing may still count as living: what it leaves is taken over a little later
    setInterval(() => this.outbox.adopt(), LOOK_BACK_EVERY_MS);
  }

  #panels() {
    const { config, api, path, outbox, workbench, stage } = this;
    this.textSize = new TextSize();
    this.guideline = new GuidelinePanel({
      number: config.guideline.number,
      fetchCurrent: async () => {
        const { status, body } = await api.get(`${path}guidelines/current/`);
        return status === 200 ? body : null;
      },
    });
    this.skipDialog = new SkipDialog();
    this.askDialog = new AskDialog();
    this.remarks = new Remarks({ outbox, api, hud: this.hud, stage });
    this.problems = new ProblemsDialog({
      describe: (answers, data) => stage.questions.describe(answers, data),
      again: (entry) => this.#sendAgain(entry),
      open: (entry) => (shut(this.problems.dialog), workbench.reopen(entry)),
      drop: (entry) => outbox.remove(entry),
    });
  }

  #listen(root) {
    const { workbench, stage, clock, outbox, prefetch } = this;
    const commands = this.#commands();
    const isCovered = () => this.care.covers(workbench.view);
    const run = (name) => {
      if (this.care.isWarning && !WHILE_WARNED.includes(name)) return;
      if (this.#isPaused && !WHILE_PAUSED.includes(name)) return;
      if (isCovered() && WHILE_COVERED.includes(name)) return this.hud.note(this.care.refusal);
      commands[name]();
    };
    const answer = (shortcut) => (isCovered() ? this.hud.note(this.care.refusal) : press(shortcut));
    const late = (seen, answers, key) => workbench.late(seen, answers, key);
    this.keyboard = new Keyboard({ clock, stage, root: stage.root, run, answer, late, view: () => workbench.view });
    const onSwitch = (isOn) => (this.keyboard.isOn = isOn);
    this.keysDialog = keysDialogFor({ stage, api: this.api, slug: this.config.project.slug, commands: Object.keys(commands), onSwitch });
    root.addEventListener("answer-change", (event) => workbench.changed(event.detail));
    root.addEventListener("focusin", ({ target }) => {
      const option = target.matches(":focus-visible") && target.closest(".option-button");
      if (option) this.guideline.showSection(option.querySelector(".option-title").textContent);
    });
    root.addEventListener("answer-complete", () => stage.goesOnAtOnce && workbench.submit());
    root.addEventListener("go-on", () => stage.goOn() || this.#goOn());
    for (const type of ["keydown", "pointermove", "wheel", "touchstart"]) {
      addEventListener(type, () => this.#alive(), { passive: true });
    }
    addEventListener("online", () => (outbox.resume(), prefetch.lookAgain()));
    addEventListener("focus", () => this.signIn.check());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#away() : this.#alive()));
    addEventListener("beforeunload", (event) => this.store.unwritten > 0 && event.preventDefault());
    addEventListener("pagehide", () => {
      workbench.leave();
      this.store.flushNow();
      this.#release();
    });
    setInterval(() => this.#fetchProgress(), PROGRESS_MS);
    addEventListener("pageshow", (event) => event.persisted && prefetch.lookAgain());
  }

  /** The person is here. */
  #alive(now = performance.now()) {
    this.workbench.view?.time.activity(now);
    if (!this.#isPaused) this.care.reminder.activity(now);
  }

  #away(now = performance.now()) {
    this.workbench.view?.time.rest(now);
    this.care.reminder.rest(now);
  }

  #commands() {
    const { workbench, prefetch, care, guideline, textSize, stage, remarks } = this;
    return {
      accept: () => workbench.accept(),
      submit: () => this.#goOn(),
      acknowledge: () => this.reading.confirm(),
      ask: () => this.#ask(),
      heed: () => this.#heed(),
      cover: () => care.toggle(workbench.view),
      "put-away-break": () => care.putAwayBreak(),
      undo: () => workbench.undo(),
      takeBack: () => workbench.takeBack(),
      doAgain: () => workbench.doAgain(),
      copyFormer: () => workbench.copyFormer(),
      skip: () => this.#skip(),
      flag: () => workbench.view && remarks.flag(workbench.view),
      comment: () => workbench.view && remarks.comment(workbench.view),
      guideline: () => guideline.toggle(),
      older: () => workbench.look(1),
      newer: () => workbench.look(-1),
      nextQuestion: () => stage.step(1),
      formerQuestion: () => stage.step(-1),
      scrollDown: () => stage.scroll(1),
      scrollUp: () => stage.scroll(-1),
      larger: () => textSize.change(1),
      smaller: () => textSize.change(-1),
      help: () => this.keysDialog.open(),
      close: () => care.putAwayBreak() || (guideline.isSheet ? guideline.toggle(false) : workbench.close()),
      pause: () => this.#pause(),
      problems: () => this.problems.open(this.outbox, this.hud.summary, this.hud.sentence()),
      retry: () => (this.outbox.resume(), prefetch.lookAgain()),
      "return-skipped": async () => {
        await this.api.post(`${this.path}queue/return-skipped/`);
        prefetch.lookAgain();
      },
    };
  }

  /** Enter: after the warning or a pause, over a new guideline, before the quiz, or with an answer. */
  #goOn() {
    if (this.care.isWarning) return this.#heed();
    if (this.#isPaused) return this.#pause();
    if (this.stage.mode === "guideline") return this.reading.confirm();
    if (this.stage.mode === "quiz") return this.hud.part("quiz-link").click();
    return this.workbench.submit();
  }

  #hasRead(number) {
    this.guideline.follow(number, { isNews: false });
    this.prefetch.lookAgain();
    this.hud.explain();
  }

  #ask() {
    const taskId = this.workbench.view?.taskId ?? null;
    this.askDialog.open((text) => {
      const body = { project: this.config.project.slug, text, task_id: taskId };
      this.outbox.add({ kind: "ask", taskId, body, work: this.workbench.view?.work ?? null });
      this.hud.note("Asked. The answer will stand on the guideline page and on My work.");
    });
  }

  #received(work) {
    if (this.#isPaused) return this.#release(); // it was on its way
    this.guideline.follow(work.guideline?.number);
    if (work.task) this.stage.prepare(work.task);
    this.workbench.arrived();
  }

  #sent(entry, body) {
    const facts = factsFrom(entry, body);
    if (facts) this.outbox.learn(entry.taskId, facts);
    const known = this.history.find(entry.taskId);
    if (known && body.annotation) Object.assign(known, { version: facts.version, annotationId: facts.annotationId });
    this.remarks.sent(entry, body);
    this.prefetch.receive(body.next, this.#marks.get(entry));
  }

  #refused(entry) {
    if (isHarmless(entry)) return this.outbox.remove(entry);
    if (entry.kind === "draft") return this.outbox.remove(entry); // the submit that follows will say what is wrong
    if (entry.kind === "undo") this.workbench.undoRefused(entry, problemInWords(entry.problem));
  }

  /** Under a new key: the server keeps what it refused under the old one and would take the same key for a repeat. */
  #sendAgain(entry) {
    const stored = entry.problem.annotation;
    if (stored) this.outbox.learn(entry.taskId, { annotationId: stored.id, version: stored.version });
    this.outbox.remove(entry);
    this.outbox.add({ kind: entry.kind, taskId: entry.taskId, body: entry.body, work: entry.work });
  }

  #refresh() {
    this.hud.refresh();
    const { dialog } = this.problems;
    if (dialog.open) this.problems.refresh(this.outbox, this.hud.summary, this.hud.sentence());
    this.signIn.follow();
  }

  async #fetchProgress() {
    if (document.hidden || this.hud.summary.link !== "up") return;
    const { status, body } = await this.api.get(`${this.path}progress/`);
    if (status === 200) this.hud.setProgress(body);
  }

  #skip() {
    if (this.workbench.view?.mode !== "history" && this.workbench.view) this.skipDialog.open((reason) => this.workbench.skip(reason));
  }

  /** The warning has been read: only now is work fetched. */
  #heed() {
    this.care.acknowledge();
    this.hud.explain();
    this.prefetch.hold(false);
    this.stage.root.focus({ preventScroll: true });
  }

  #pause() {
    this.#isPaused = !this.#isPaused;
    this.care.putAwayBreak();
    this.care.reminder.rest(performance.now());
    this.hud.setPaused(this.#isPaused);
    if (this.#isPaused) {
      this.workbench.stepAway();
      this.#release();
    } else this.workbench.comeBack();
    this.prefetch.hold(this.#isPaused);
  }

  /** What only waits here goes back to the queue. */
  #release() {
    const ids = this.pool.clear();
    if (ids.length > 0) this.api.postAndForget(`${this.path}queue/release/`, { task_ids: ids });
  }
}
