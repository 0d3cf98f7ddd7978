import { sameAnswers } from "./answers.js";
import { openable } from "./dialogs.js";

/** A 409 that asks nothing of anybody: the stored annotation says the same as ours. */
export function isHarmless({ kind, body, problem }) {
  const stored = problem?.annotation;
  return Boolean(stored && kind === "submit" && stored.status === "submitted" && sameAnswers(stored.answers, body.answers));
}

/** What went wrong, in one sentence from the server or, failing that, from us. */
export function problemInWords({ status, title, detail, errors = [] }) {
  const particular = errors.map(({ message }) => message).join(" ");
  return particular || detail || title || `The server refused it (${status}).`;
}

/** The answers that wait or were refused, with what a person can do about each. Nothing leaves this list by itself. */
export class ProblemsDialog {
  /** `describe(answers, data)` says answers in words; `again`, `open` and `drop` take an entry. */
  constructor({ describe, again, open, drop }) {
    Object.assign(this, { describe, again, reopen: open, drop });
    this.dialog = openable("problems-dialog");
    this.part = (name) => this.dialog.querySelector(`[data-part=${name}]`);
  }

  open(outbox, summary, sentence) {
    this.refresh(outbox, summary, sentence);
    this.dialog.showModal();
  }

  refresh({ refused, waiting }, { link }, sentence) {
    this.part("problems-summary").textContent = sentence;
    this.part("sign-in").hidden = link !== "signed_out";
    this.dialog.querySelector("[data-command=retry]").hidden = !["offline", "trouble"].includes(link);
    const shown = waiting.filter(({ kind }) => kind !== "draft").slice(0, 50);
    this.part("problems").replaceChildren(...refused.map((entry) => this.#refused(entry)), ...shown.map((entry) => this.#item(entry)));
  }

  #refused(entry) {
    const item = this.#item(entry);
    const said = element("p", `${problemInWords(entry.problem)}`, "wb-refusal");
    const stored = entry.problem.annotation;
    if (stored) said.append(` Stored is “${this.describe(stored.answers, entry.work?.task.data)}”.`);
    const actions = element("p", "", "wb-actions");
    actions.append(
      button(stored ? "Use mine instead" : "Send again", () => this.again(entry)),
      ...(entry.work ? [button("Open it again", () => this.reopen(entry))] : []),
      button(stored ? "Keep the stored one" : "Drop my answer", () => this.drop(entry), "danger"),
    );
    item.append(said, actions);
    return item;
  }

  #item(entry) {
    const item = document.createElement("li");
    const text = Object.values(entry.work?.task.data ?? {}).join(" · ");
    item.append(element("p", text.length > 160 ? `${text.slice(0, 160)}…` : text, "reading"), element("p", this.#what(entry)));
    return item;
  }

  #what({ kind, body, work }) {
    const whats = {
      skip: () => `Skip: ${body.reason}`,
      undo: () => "Undo",
      comment: () => (body.kind === "flag" ? "Flag" : `Comment: ${body.text}`),
      ask: () => `Question: ${body.text}`,
      resolve: () => "Take back a flag",
    };
    return (whats[kind] ?? (() => `Your answer: ${this.describe(body.answers, work?.task.data)}`))();
  }
}

function element(tag, textContent, className = "") {
  return Object.assign(document.createElement(tag), { textContent, className, dir: "auto" });
}

function button(text, act, look = "") {
  const made = element("button", text, `button small ${look}`);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}
