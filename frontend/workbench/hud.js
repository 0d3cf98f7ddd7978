import { suggestedAnswers } from "./answers.js";
import { afterPaint, write } from "./frames.js";
import { hide, partsOf, say } from "./parts.js";
import { nameOfKeyFor } from "./shortcuts.js";
import { StatusBar, stateOf } from "./status.js";

const WAIT_IS_NOTICED_MS = 250;
const CALM_MS = 250;

const EMPTY_TITLES = {
  all_done: "All done",
  answered_by_you: "Your part is done",
  held_by_others: "Others are on the rest",
  held_by_you: "You hold the rest",
  skipped_by_you: "Only what you skipped is left",
  enough_for_today: "Enough for today",
  paused: "Closed for labeling",
  no_tasks: "Nothing to label yet",
  lacks_skill: "The rest is for others",
  assigned_to_others: "The rest is for others",
  open_limit: "You hold enough for now",
  daily_limit: "Enough for today",
};

const LOST =
  "Your membership is suspended or has ended, or the project is gone. Nothing you answered is lost: what could not be sent is " +
  "kept in this browser. Ask who runs the project.";

/** Everything around the task: what state things are in, what was done last, why there is nothing to label. */
export class Hud {
  #unsettled = null;
  #calm = null; // until what is saved meanwhile is written
  #waiting = 0; // as the state mark says
  #last = null; // what was done last
  #answered = 0; // here, since the figures were fetched

  constructor({ root, stage, config, care, prefetch, outbox, reading, whenPainted = () => {} }) {
    Object.assign(this, { root, stage, config, care, prefetch, outbox, reading, whenPainted });
    this.bar = new StatusBar(root);
    this.part = partsOf(root);
    this.buttons = new Map([...root.querySelectorAll(".wb-keys [data-command]")].map((button) => [button.dataset.command, button]));
    this.button = (command) => this.buttons.get(command);
    this.button("submit").hidden = stage.goesOnAtOnce;
    this.part("steps").hidden = stage.goesOnAtOnce;
    this.progress = config.progress;
    this.button("undo").disabled = config.progress.mine_today === 0; // the server knows what was done before
    this.count(0);
  }

  /** One more answer given here, or one taken back. */
  count(by) {
    this.#answered += by;
    this.#tell();
  }

  /** Figures from the server; what it does not know yet still counts. */
  setProgress(progress) {
    this.progress = progress;
    this.#answered = this.outbox.waiting.filter(({ kind }) => kind === "submit").length;
    this.count(0);
  }

  /** One calm line under the task; the next task wipes it, unless it came with that task. */
  note(text) {
    this.stage.write("note", text);
    this.fresh = true;
  }

  /** Another task is in the page now (null: none), within the frame that paints it; the next frame tells when that was done. */
  shown(view) {
    if (!this.fresh) this.stage.write("note", "");
    this.fresh = false;
    this.#controls(view);
    this.#strip(view);
    if (!view) this.explain();
    this.care.between();
    requestAnimationFrame((time) => this.whenPainted(view, time));
  }

  did(act) {
    this.#last = act ?? null;
    this.button("undo").disabled = false;
    this.#tell();
  }

  /** Counts, state and what was done last come with the next frame: with the next task, where a key brought one. */
  #tell() {
    clearTimeout(this.#calm);
    write(this, () => {
      const { summary, bar } = this;
      this.#waiting = summary.waiting;
      bar.showProgress(this.progress, this.#answered, this.config.project.overlap === 1);
      bar.showState(summary);
      const isAnswer = this.#last?.kind === "submit" || this.#last?.kind === "revise";
      const what = isAnswer ? `“${this.stage.questions.describe(this.#last.answers, this.#last.work.task.data)}”` : (this.#last?.kind ?? "");
      say(this.part("last"), what);
    });
  }

  /** Line or outbox have changed. That all is well may be said a moment later: in full flight each word would be a frame of its own. */
  refresh() {
    const { summary } = this;
    const isCalm = ["good", "working"].includes(stateOf(summary).look) && summary.waiting <= this.#waiting;
    clearTimeout(this.#calm);
    if (isCalm) this.#calm = setTimeout(() => this.#tell(), CALM_MS);
    else this.#tell();
    if (["signed-out", "waiting", "empty", "guideline", "quiz", "lost"].includes(this.stage.mode)) this.explain();
  }

  get summary() {
    const { outbox, prefetch } = this;
    const link = outbox.link === "up" && ["offline", "trouble", "signed_out"].includes(prefetch.link) ? prefetch.link : outbox.link;
    return { ...outbox.summary, link };
  }

  /** Nothing on screen: say why. */
  explain() {
    const { link, waiting } = this.summary;
    const { reason, problem } = this.prefetch;
    if (this.isPaused) return this.stage.setMode("paused");
    if (this.care.isWarning) return this.stage.setMode("warning");
    if (link === "signed_out") return this.#signedOut(waiting);
    if (this.prefetch.link === "refused") return this.#lost(problem);
    if (reason) return this.#empty(reason);
    this.stage.setMode("waiting");
    const down = { offline: "No connection.", trouble: "The server is busy.", probing: "Trying again …" }[link];
    const kept = waiting ? ` ${waiting} of your answers are kept in this browser and will be sent.` : "";
    this.stage.write("waiting", down ? `${down}${kept} The next one comes as soon as the line is back.` : "");
    clearTimeout(this.#unsettled);
    if (!down) this.#unsettled = setTimeout(() => this.stage.write("waiting", "Fetching the next one …"), WAIT_IS_NOTICED_MS);
  }

  /** What is asked has changed: only a fresh page can show it. Unsent answers are on disk by then and go out from there. */
  async reload() {
    this.stage.setMode("waiting");
    this.stage.write("waiting", "The questions have changed. The page opens again …");
    await this.outbox.store.settled();
    location.reload();
  }

  /** Which steps of the answer on screen can be taken back or done again; said once what the key did is painted. */
  offerSteps(view) {
    afterPaint(() => {
      const { hasBack = false, hasForth = false } = view?.edits ?? {};
      enable(this.part("take-back"), hasBack);
      enable(this.part("do-again"), hasForth);
    });
  }

  setPaused(isPaused) {
    this.isPaused = isPaused;
    this.root.querySelector(".wb-tools [data-command=pause]").setAttribute("aria-pressed", String(isPaused));
  }

  setFlag(isSet) {
    const flag = this.button("flag");
    if (flag.ariaPressed !== String(isSet)) flag.ariaPressed = String(isSet);
  }

  /** What the answers waiting here mean, in a sentence. */
  sentence() {
    const { link, waiting, refused } = this.summary;
    const kept = waiting ? `${waiting} not sent yet; they are kept in this browser, also when you close it.` : `All your ${refused ? "other " : ""}answers are stored.`;
    const trouble = refused ? `${refused} could not be accepted: nothing is lost, please decide below. ` : "";
    const who = this.otherUser ? `${this.otherUser} is signed in here now; sign in as ${this.config.user.name} to send them. ` : "";
    return trouble + (link === "signed_out" ? `You are signed out. ${who}` : "") + kept;
  }

  #controls(view) {
    const suggested = view && this.stage.showSuggestions ? suggestedAnswers(view.work.predictions) : {};
    this.button("accept").disabled = Object.keys(suggested).length === 0;
    for (const command of ["skip", "flag", "comment", "copyFormer"]) this.button(command).disabled = view === null;
    this.button("skip").disabled ||= view?.mode === "history";
    this.button("newer").disabled = view?.mode !== "history";
    this.setFlag(Boolean(view?.flag));
    this.offerSteps(view);
  }

  #strip(view) {
    const strip = this.part("strip");
    const texts = {
      history: () => {
        const changed = view.before ? ` Changed from “${this.stage.questions.describe(view.before, view.work.task.data)}”.` : "";
        return `Your answer, ${view.index + 1} back.${changed} Answer again to change it; ${nameOfKeyFor("newer")} or esc leads forward.`;
      },
      undo: () => `Taken back: your answer was “${this.stage.questions.describe(view.answers, view.work.task.data)}”. Answer again.`,
    };
    const text = texts[view?.mode]?.() ?? returnedInWords(view?.work.returned);
    say(strip, text);
    hide(strip, text === "");
  }

  #signedOut(waiting) {
    this.stage.setMode("signed-out");
    const kept = waiting ? `${waiting} of your answers are kept in this browser and will be sent then.` : "All your answers are stored.";
    const who = this.otherUser ? `${this.otherUser} is signed in here now. Sign in as ${this.config.user.name}. ` : "";
    this.stage.write("signed-out-message", who + kept);
  }

  #empty({ code, message, skipped, guideline, quiz }) {
    if (code === "guideline_changed") {
      this.stage.setMode("guideline");
      return void this.reading.show(guideline);
    }
    if (code === "quiz") {
      this.stage.setMode("quiz");
      this.part("quiz-link").href = quiz;
      return this.stage.write("quiz-message", message);
    }
    this.stage.setMode("empty");
    this.stage.write("empty-title", EMPTY_TITLES[code] ?? "Nothing to label right now");
    this.stage.write("empty-message", message);
    this.root.querySelector("[data-command=return-skipped]").hidden = !skipped;
    for (const link of this.root.querySelectorAll("[data-part=import-link]")) link.hidden = code !== "no_tasks"; // whoever may import has one
  }

  #lost({ status, title, detail } = {}) {
    this.stage.setMode("lost");
    this.root.querySelector("[data-part=lost-look]").hidden = status !== 404;
    if (status === 404) title = detail = ""; // what the server says of any address that is none
    this.stage.write("lost-title", title || "This project cannot be labeled now");
    this.stage.write("lost-message", detail || LOST);
  }
}

function enable(button, isOn) {
  if (button.disabled === isOn) button.disabled = !isOn;
}

/** Why a reviewer sent the task back: it stands over the text until it is answered again. */
function returnedInWords(returned) {
  if (!returned) return "";
  const { reviewer, reason, comment, place } = returned;
  const why = [reason, place ? `about “${place.text}”` : "", comment].filter(Boolean).join(" · ");
  return `${reviewer} sent this back to you: ${why}. Answer it again.`;
}
