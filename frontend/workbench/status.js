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

const NAMES = { offline: "offline", probing: "trying again", trouble: "server is busy" };

/** 1,284 of 8,000 */
export function progressInWords({ done, total }) {
  return `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
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
    write(this.#parts["state-text"], text);
    if (state.dataset.state === look) return;
    state.dataset.state = look;
    this.dot.className = `dot ${look}`;
    const isCalm = look === "good" || look === "working"; // only a real change is spoken
    write(announcement, isCalm ? "" : `${text}${needsPerson ? ". Open it for what to do." : ""}`);
  }

  /** `answered` counts what was answered here since those figures were fetched. */
  showProgress({ done, total, mine_today: today }, answered, countsAsDone) {
    const doneNow = Math.min(total, countsAsDone ? done + answered : done);
    write(this.#parts.progress, progressInWords({ done: doneNow, total }));
    write(this.#parts.today, `${(today + answered).toLocaleString("en")} today`);
    this.#parts.meter.max = Math.max(total, 1);
    this.#parts.meter.value = doneNow;
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
