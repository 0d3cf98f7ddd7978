import { Api, whoAmI } from "../workbench/api.js";
import { Cover } from "../workbench/cover.js";
import { HelpDialog } from "../workbench/dialogs.js";
import { GuidelinePanel, TextSize } from "../workbench/panels.js";
import { isPlainPress, keyMeant, keyName, reserveCoverKey } from "../workbench/shortcuts.js";
import { press } from "../workbench/question_element.js";
import { Stage } from "../workbench/stage.js";
import { uuid } from "../workbench/uuid.js";
import { decisionFor, placeOf } from "./decision.js";
import { ReturnDialog } from "./return_dialog.js";

const LOOK_AGAIN_MS = 20_000;
const SHOW_FIRST = "It is still covered: V shows it.";
const WHILE_COVERED = ["decide", "return", "reset"]; // these would judge what has not been seen
const KEYS = {
  Enter: { name: "enter", does: "Accept; where people differ or you chose otherwise, settle it so" },
  Backspace: { name: "⌫", does: "Return it to its author, with a reason" },
  u: { name: "u", does: "Forget what I chose" },
  g: { name: "g", does: "Show or fold the guideline" },
  "+": { name: "+", does: "Larger text" },
  "-": { name: "−", does: "Smaller text" },
  "?": { name: "?", does: "Show all keys" },
};
const COVER_KEY = { name: "v", does: "Show what is covered, or cover it again" };

/** A reviewer's page: one task at a time, its answers side by side, and the decision about them. */
export class ReviewPage {
  #work = null;
  #chosen = {};
  #isSending = false;
  #key = "";
  #since = 0;

  constructor(root, config) {
    this.root = root;
    this.config = config;
    const csrfToken = document.querySelector("meta[name=csrf-token]").content;
    this.api = new Api({ root: config.urls.api, csrfToken, whoAmI: () => whoAmI(config.urls.page, config.user.id) });
    this.path = `projects/${config.project.slug}/`;
    if (config.care.is_sensitive) reserveCoverKey();
    this.stage = new Stage(document.getElementById("stage"), { schema: config.schema, showSuggestions: false });
    this.cover = new Cover({ root, stage: this.stage, config, refusal: SHOW_FIRST });
    this.textSize = new TextSize();
    this.guideline = new GuidelinePanel({ number: config.guideline.number, fetchCurrent: async () => null });
    this.help = new HelpDialog({ isOn: true, onSwitch: () => {} });
    this.returning = new ReturnDialog((body) => this.#send(body));
    this.#listen();
  }

  start() {
    this.#fetchNext();
    setInterval(() => this.stage.mode === "empty" && this.#fetchNext(), LOOK_AGAIN_MS);
  }

  get #keys() {
    return [...Object.values(KEYS), ...(this.config.care.is_sensitive ? [COVER_KEY] : [])];
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
      decide: () => this.#decide(),
      "return": () => this.#openReturn(),
      reset: () => this.#choose({}),
      cover: () => this.cover.toggle(this.#view),
      guideline: () => this.guideline.toggle(),
      larger: () => this.textSize.change(1),
      smaller: () => this.textSize.change(-1),
      help: () => this.help.open([...this.stage.shortcuts.map(({ key, label }) => ({ name: keyName(key), does: label })), ...this.#keys]),
      again: () => this.#fetchNext(),
    };
    const byKey = { Enter: "decide", Backspace: "return", u: "reset", g: "guideline", "+": "larger", "-": "smaller", "?": "help" };
    if (this.config.care.is_sensitive) byKey.v = "cover";
    const isCovered = () => this.cover.covers(this.#view);
    const run = (name) => (isCovered() && WHILE_COVERED.includes(name) ? this.#say(SHOW_FIRST) : commands[name]?.());
    this.root.addEventListener("click", ({ target }) => {
      const command = target.closest("[data-command]")?.dataset.command;
      if (command) run(command);
    });
    this.root.addEventListener("answer-change", ({ detail }) => this.#choose({ ...this.#chosen, [detail.question]: detail.answer }));
    addEventListener("keydown", (event) => {
      if (!isPlainPress(event) || event.repeat) return;
      const shortcuts = this.stage.shortcuts;
      const key = keyMeant(event, shortcuts.map((one) => one.key));
      const option = this.stage.mode === "task" && shortcuts.find((one) => one.key === key);
      const command = byKey[key];
      const isOnControl = key === "Enter" && event.target.closest?.("button, a");
      if (isOnControl || (!option && !command)) return;
      event.preventDefault();
      if (!option) return run(command);
      isCovered() ? this.#say(SHOW_FIRST) : press(option);
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
    this.#choose({});
  }

  #answerCard(annotation) {
    const { author, answers, guideline_number: number } = annotation;
    const differing = this.#work.differing;
    const card = make("article", differing.length > 0 ? "rv-answer differs" : "rv-answer");
    card.append(make("h2", "", number && number < this.config.guideline.number ? `${author} · under guideline v${number}` : author));
    const { questions } = this.config.schema;
    for (const question of questions) {
      if (questions.length > 1) card.append(make("p", "rv-question", question.title));
      card.append(this.#given(question.name, annotation));
    }
    if (differing.length > 0) card.append(this.#takeButton(author, answers));
    return card;
  }

  /** An answer in words, or, where its kind can, beside those of the others. */
  #given(name, { id, answers }) {
    const others = this.#work.annotations.filter((one) => one.id !== id && name in one.answers).map((one) => one.answers[name]);
    const compared = name in answers ? this.stage.compare(name, answers[name], others) : null;
    const given = name in answers ? this.stage.describe({ [name]: answers[name] }) : "no answer";
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

  #choose(chosen) {
    this.#chosen = chosen;
    if (!this.#work?.task) return;
    this.stage.setAnswers({ ...this.#work.merged, ...chosen });
    const decision = decisionFor(this.#work, chosen);
    const words = { accept: "Accept", fix: this.#work.differing.length > 0 ? "Settle it so" : "Fix and accept", undecided: "Choose what holds" };
    this.#part("decide-text").textContent = words[decision.kind];
  }

  async #decide() {
    if (this.stage.mode !== "task" || this.#isSending) return;
    const decision = decisionFor(this.#work, this.#chosen);
    if (decision.kind === "undecided") {
      this.#say("People answered differently: choose what holds first.");
      this.stage.focusQuestion(decision.open[0]);
      return;
    }
    await this.#send({ decision: decision.kind, ...(decision.answers ? { answers: this.stage.given(decision.answers) } : {}) });
  }

  async #send(body) {
    const { task, annotations } = this.#work;
    this.#isSending = true;
    const judged = Object.fromEntries(annotations.map(({ id, version }) => [id, version]));
    const active_seconds = Math.min((performance.now() - this.#since) / 1000, 600);
    const { status, body: reply } = await this.api.post(`tasks/${task.id}/reviews/`, { key: this.#key, judged, active_seconds, next: true, ...body });
    this.#isSending = false;
    if (status === 200 || status === 201) {
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
    this.returning.open({ annotations: this.#work.annotations, place: this.#selectedPlace() });
  }

  /** Where in the item the reviewer has marked something, so that the comment is pinned to it. */
  #selectedPlace() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const fields = [...this.stage.card.children];
    const index = fields.findIndex((field) => field.contains(range.startContainer) && field.contains(range.endContainer));
    if (index < 0) return null;
    const before = document.createRange();
    before.setStart(fields[index], 0);
    before.setEnd(range.startContainer, range.startOffset);
    const name = this.stage.names[index];
    const place = placeOf(String(this.#work.task.data[name] ?? ""), before.toString(), range.toString());
    return place && { field: name, ...place };
  }
}

function make(tag, className, textContent = "") {
  return Object.assign(document.createElement(tag), { className, textContent });
}

function inWords({ reviewer, decision, reason, comment, level }) {
  const did = { accept: "accepted it", fix: "fixed it", return: "returned it" }[decision];
  const why = [reason, comment].filter(Boolean).join(" – ");
  return make("li", "", `${reviewer} ${did} at level ${level}${why ? `: ${why}` : ""}`);
}
