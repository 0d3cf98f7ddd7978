import { say } from "./parts.js";

/** What the state mark says: a word for the screen, one of five looks, and whether a person must do something. */
export function stateOf({ link, waiting, refused, unwritten, isRead = true }) {
  const kept = `${waiting} kept in this browser`;
  if (link === "signed_out") return { look: "bad", text: waiting ? `signed out, ${kept}` : "signed out", needsPerson: true };
  if (refused > 0) return { look: "bad", text: `${refused} not accepted`, needsPerson: true };
  const isDown = link === "offline" || link === "trouble" || link === "probing";
  if (isDown && waiting > unwritten) return { look: "warning", text: `${NAMES[link]}, ${kept}`, needsPerson: false };
  if (isDown) return { look: "warning", text: waiting ? `${NAMES[link]}, ${waiting} queued` : NAMES[link], needsPerson: false };
  if (waiting > 0) return { look: "working", text: `saving ${waiting}`, needsPerson: false };
  if (!isRead) return { look: "working", text: "opening", needsPerson: false };
  return { look: "good", text: "saved", needsPerson: false };
}

const COUNT = new Intl.NumberFormat("en");
const NAMES = { offline: "offline", probing: "trying again", trouble: "server is busy" };

/** 1,284 of 8,000 */
export function progressInWords({ done, total }) {
  return `${COUNT.format(done)} of ${COUNT.format(total)}`;
}

/** Counts as they are by now: those fetched, and what was answered (or, below nothing, taken back) here since. */
export function countsNow({ done, total, mine_today: today }, answered, countsAsDone) {
  return { done: Math.max(0, Math.min(total, countsAsDone ? done + answered : done)), today: Math.max(0, today + answered) };
}

/** The state mark and the counts in the top bar. */
export class StatusBar {
  #parts;

  constructor(root) {
    const part = (name) => root.querySelector(`[data-part=${name}]`);
    const names = ["state", "state-text", "progress", "today", "meter", "announcement"];
    this.#parts = Object.fromEntries(names.map((name) => [name, part(name)]));
    this.dot = this.#parts.state.querySelector(".dot");
  }

  showState(summary) {
    const { look, text, needsPerson } = stateOf(summary);
    const { state, announcement } = this.#parts;
    say(this.#parts["state-text"], text);
    if (state.dataset.state === look) return;
    state.dataset.state = look;
    this.dot.className = `dot ${look}`;
    const isCalm = look === "good" || look === "working"; // only a real change is spoken
    say(announcement, isCalm ? "" : `${text}${needsPerson ? ". Open it for what to do." : ""}`);
  }

  /** `answered` counts what was answered here since those figures were fetched. */
  showProgress(fetched, answered, countsAsDone) {
    const { total } = fetched;
    const { done: doneNow, today } = countsNow(fetched, answered, countsAsDone);
    say(this.#parts.progress, progressInWords({ done: doneNow, total }));
    say(this.#parts.today, `${COUNT.format(today)} today`);
    const { meter } = this.#parts;
    if (meter.max !== Math.max(total, 1)) meter.max = Math.max(total, 1);
    if (meter.value !== doneNow) meter.value = doneNow;
  }
}
