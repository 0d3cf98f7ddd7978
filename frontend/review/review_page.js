import { markedPlace } from "../elements/places.js";
import { AnswerHistory } from "../workbench/answer_history.js";
import { Api, whoAmI } from "../workbench/api.js";
import { Cover } from "../workbench/cover.js";
import { EditKeep } from "../workbench/edit_keep.js";
import { keymap } from "../workbench/keymap.js";
import { keysDialogFor } from "../workbench/own_keys.js";
import { GuidelinePanel, TextSize } from "../workbench/panels.js";
import { isPlainPress, keyMeant, nameOfKeyFor, undoMeant } from "../workbench/shortcuts.js";
import { press } from "../workbench/question_element.js";
import { Stage } from "../workbench/stage.js";
import { uuid } from "../workbench/uuid.js";
import { decisionFor } from "./decision.js";
import { ReturnDialog } from "./return_dialog.js";

const LOOK_AGAIN_MS = 20_000;
const showFirst = () => `It is still covered: ${nameOfKeyFor("cover")} shows it.`;
const WHILE_COVERED = ["submit", "return", "undo", "takeBack", "doAgain"]; // these would judge what has not been seen
const MEANINGS = { submit: "Accept; where people differ or you chose otherwise, settle it so", undo: "Forget what I chose" };

/** A reviewer's page: one task at a time, its answers side by side, and the decision about them. */
export class ReviewPage {
  #work = null;
  #chosen = {};
  #edits = new AnswerHistory(); // the steps that led to what is chosen
  #isSending = false;
  #key = "";
  #since = 0;

  constructor(root, config) {
    this.root = root;
    this.config = config;
    const csrfToken = document.querySelector("meta[name=csrf-token]").content;
    this.api = new Api({ root: config.urls.api, csrfToken, whoAmI: () => whoAmI(config.urls.page, config.user.id) });
    this.path = `projects/${config.project.slug}/`;
    keymap.begin({ own: config.keys, page: "review", isCovering: config.care.is_sensitive });
    this.stage = new Stage(document.getElementById("stage"), { schema: config.schema, showSuggestions: false });
    this.stage.lendsKeyboard = false; // enter decides; ] leads to what one wants to put right
    this.cover = new Cover({ root, stage: this.stage, config, refusal: showFirst });
    this.editKeep = new EditKeep({ scope: `review:${config.user.id}:${config.project.slug}` });
    this.textSize = new TextSize();
    this.guideline = new GuidelinePanel({ number: config.guideline.number, fetchCurrent: async () => null });
    this.returning = new ReturnDialog((body) => this.#send(body));
    this.#listen();
  }

  start() {
    this.#fetchNext();
    setInterval(() => this.stage.mode === "empty" && this.#fetchNext(), LOOK_AGAIN_MS);
  }

  /** What can be covered: the task on screen. */
  get #view() {
    return this.#work?.task ? this.#work : null;
  }

  #part(name) {
    return this.root.querySelector(`[data-part=${name}]`);
  }

  #listen() {
    const commands = {
      submit: () => this.#decide(),
      "return": () => this.#openReturn(),
      undo: () => this.#choose({}),
      takeBack: () => this.#step("back", "There is nothing to take back here."),
      doAgain: () => this.#step("forth", "There is nothing to do again here."),
      nextQuestion: () => this.stage.step(1),
      formerQuestion: () => this.stage.step(-1),
      cover: () => this.cover.toggle(this.#view),
      guideline: () => this.guideline.toggle(),
      larger: () => this.textSize.change(1),
      smaller: () => this.textSize.change(-1),
      help: () => this.keys.open(),
      again: () => this.#fetchNext(),
    };
    const { stage, api } = this;
    this.keys = keysDialogFor({ stage, api, slug: this.config.project.slug, commands: Object.keys(commands), meanings: MEANINGS });
    const isCovered = () => this.cover.covers(this.#view);
    const run = (name) => (isCovered() && WHILE_COVERED.includes(name) ? this.#say(this.cover.refusal) : commands[name]());
    this.root.addEventListener("click", ({ target }) => {
      const command = target.closest("[data-command]")?.dataset.command;
      if (command) run(command);
    });
    this.root.addEventListener("answer-change", ({ detail }) => this.#choose({ ...this.#chosen, [detail.question]: detail.answer }));
    this.root.addEventListener("go-on", () => this.stage.goOn() || run("submit"));
    addEventListener("keydown", (event) => {
      const taken = undoMeant(event);
      if (taken) {
        event.preventDefault();
        return run(taken);
      }
      if (!isPlainPress(event) || event.repeat) return;
      const shortcuts = this.stage.shortcuts;
      const key = keyMeant(event, shortcuts.map((one) => one.key));
      const option = this.stage.mode === "task" && shortcuts.find((one) => one.key === key);
      const command = keymap.at(key)?.name;
      const isOnControl = key === "Enter" && event.target.closest?.("button, a");
      if (isOnControl || (!option && !(command in commands))) return;
      event.preventDefault();
      if (!option) return run(command);
      isCovered() ? this.#say(this.cover.refusal) : press(option);
    });
    addEventListener("pagehide", () => {
      if (this.#work?.task) this.api.postAndForget(`${this.path}reviews/release/`, { holding: [this.#work.task.id] });
    });
  }

  async #fetchNext() {
    this.stage.setMode("waiting");
    const { status, body } = await this.api.post(`${this.path}reviews/next/`, { holding: [] });
    if (status === 200) return this.#show(body);
    this.#showProblem(status === 0 ? "The server cannot be reached. Nothing was lost." : (body.detail ?? "Something broke on our side."));
  }

  #showProblem(text) {
    this.#part("problem").textContent = text;
    this.stage.setMode("problem");
  }

  #show(work) {
    if (work.schema && work.schema.number !== this.config.schema.number) return location.reload(); // other questions
    this.#work = work;
    this.#key = uuid();
    this.#since = performance.now();
    this.cover.lay(this.#view);
    if (!work.task) {
      this.#part("empty-message").textContent = work.reason?.message ?? "";
      this.stage.setMode("empty");
      return;
    }
    this.stage.show({ task: work.task, predictions: {}, why: "" }, {});
    this.#part("level").textContent = this.config.project.levels > 1 ? `level ${work.level} of ${this.config.project.levels}` : "";
    this.#part("earlier").replaceChildren(...work.earlier.slice(-3).map(inWords));
    this.#part("answers").replaceChildren(...work.annotations.map((annotation) => this.#answerCard(annotation)));
    this.#say("");
    const kept = this.editKeep.take(this.#judged);
    this.#edits = kept?.edits ?? new AnswerHistory();
    this.#settle(kept?.answers ?? {});
  }

  /** What the choice is about: the task, with its answers as they are now. */
  get #judged() {
    return `${this.#work.task.id}:${this.#work.annotations.map(({ id, version }) => `${id}@${version}`).join()}`;
  }

  #answerCard(annotation) {
    const { author, answers, guideline_number: number } = annotation;
    const differing = this.#work.differing;
    const card = make("article", differing.length > 0 ? "rv-answer differs" : "rv-answer");
    card.append(make("h2", "", number && number < this.config.guideline.number ? `${author} · under guideline v${number}` : author));
    const { questions } = this.config.schema;
    for (const question of questions) {
      const part = make("div", "rv-part");
      if (questions.length > 1) part.append(make("p", "rv-question", question.title));
      part.append(this.#given(question.name, annotation));
      card.append(part);
    }
    if (differing.length > 0) card.append(this.#takeButton(author, answers));
    return card;
  }

  /** An answer in words, or, where its kind can, beside those of the others. */
  #given(name, { id, answers }) {
    const others = this.#work.annotations.filter((one) => one.id !== id && name in one.answers).map((one) => one.answers[name]);
    const compared = name in answers ? this.stage.questions.compare(name, answers[name], others) : null;
    const given = name in answers ? this.stage.questions.describe({ [name]: answers[name] }, this.#work.task.data) : "no answer";
    const made = make(compared ? "div" : "p", this.#work.differing.includes(name) ? "rv-given differing" : "rv-given", compared ? "" : given);
    if (compared) made.append(compared);
    return made;
  }

  /** Begin with what one person answered to all that differs: answers may stand on each other, so they go together. */
  #takeButton(author, answers) {
    const button = Object.assign(make("button", "button small", "Begin with this one"), { type: "button", ariaLabel: `Begin with this one: ${author}` });
    const taken = Object.fromEntries(this.#work.differing.filter((name) => name in answers).map((name) => [name, answers[name]]));
    button.addEventListener("click", () => {
      this.#choose({ ...this.#chosen, ...taken });
      this.stage.root.focus({ preventScroll: true }); // so that enter settles it
    });
    return button;
  }

  get #decision() {
    return decisionFor(this.#work, this.#chosen, this.stage.questions.askedNames({ ...this.#work.merged, ...this.#chosen }));
  }

  /** The reviewer has chosen: a step that can be taken back. */
  #choose(chosen) {
    if (!this.#work?.task) return;
    this.#edits.note(this.#chosen, chosen);
    this.#settle(chosen);
  }

  #step(way, none) {
    const chosen = this.#work?.task ? this.#edits[way](this.#chosen) : null;
    if (!chosen) return this.#say(none);
    this.#say("");
    this.#settle(chosen);
  }

  /** This is chosen now, and stays so over a reload. */
  #settle(chosen) {
    this.#chosen = chosen;
    queueMicrotask(() => this.#work?.task && this.editKeep.put(this.#judged, this.#chosen, this.#edits)); // several at once are one step
    this.stage.setAnswers({ ...this.#work.merged, ...chosen });
    const decision = this.#decision;
    const words = { accept: "Accept", fix: this.#work.differing.length > 0 ? "Settle it so" : "Fix and accept", undecided: "Choose what holds" };
    this.#part("decide-text").textContent = words[decision.kind];
  }

  async #decide() {
    if (this.stage.mode !== "task" || this.#isSending) return;
    const decision = this.#decision;
    if (decision.kind === "undecided") {
      this.#say("People answered differently: choose what holds first.");
      this.stage.focusQuestion(decision.open[0]);
      return;
    }
    await this.#send({ decision: decision.kind, ...(decision.answers ? { answers: this.stage.questions.given(decision.answers) } : {}) });
  }

  async #send(body) {
    const { task, annotations } = this.#work;
    this.#isSending = true;
    const judged = Object.fromEntries(annotations.map(({ id, version }) => [id, version]));
    const active_seconds = Math.min((performance.now() - this.#since) / 1000, 600);
    const { status, body: reply } = await this.api.post(`tasks/${task.id}/reviews/`, { key: this.#key, schema_number: this.config.schema.number, judged, active_seconds, next: true, ...body });
    this.#isSending = false;
    if (status === 200 || status === 201) {
      this.editKeep.drop(this.#judged);
      this.#show(reply.next);
      this.#announce(reply.review);
      return true;
    }
    if (status === 409 || status === 404) {
      await this.#fetchNext();
      this.#say(reply.detail ?? "This task is no longer yours to review.");
      return true;
    }
    this.#say(status === 0 ? "The server cannot be reached. Nothing was decided; try again." : status === 401 ? "You are signed out. Sign in in another tab, then try again." : (reply.errors?.[0]?.message ?? reply.detail));
    return false;
  }

  #announce({ decision }) {
    const said = { accept: "Accepted", fix: "Settled", return: "Returned to its author" }[decision];
    this.#part("last-decision").textContent = said;
  }

  #say(text) {
    this.#part("note").textContent = text;
  }

  #openReturn() {
    if (this.stage.mode !== "task" || this.#isSending) return;
    this.returning.open({ annotations: this.#work.annotations, place: markedPlace() });
  }
}

function make(tag, className, textContent = "") {
  return Object.assign(document.createElement(tag), { className, textContent });
}

function inWords({ reviewer, decision, reason, comment, level }) {
  const did = { accept: "accepted it", fix: "fixed it", return: "returned it", conflict: "sent a fix of what was asked before" }[decision];
  const why = [reason, comment].filter(Boolean).join(" – ");
  return make("li", "", `${reviewer} ${did} at level ${level}${why ? `: ${why}` : ""}`);
}
