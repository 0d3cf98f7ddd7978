import { openable, shut } from "./dialogs.js";

/** The threads on a task and a box for one more comment or a reply. */
export class CommentDialog {
  #add = () => {};
  #place = null;
  #parent = null;
  #quotes = []; // what the comment can be about, `{title, place}`

  constructor() {
    this.dialog = openable("comment-dialog");
    this.form = this.dialog.querySelector("form");
    this.list = this.part("comments");
    this.text = this.form.elements.text;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    });
    this.part("no-reply").addEventListener("click", () => this.#replyTo(null));
    this.part("no-quote").addEventListener("click", () => this.#quote(null));
    this.turn = this.form.elements.turn;
    this.turn.addEventListener("change", () => this.#quote(this.#quotes[this.turn.value]?.place ?? null));
  }

  part(name) {
    return this.dialog.querySelector(`[data-part=${name}]`);
  }

  /**
   * `place` are the words marked in the item or null, `quotes` what else it can be about, `load()` returns its comments or null, `add({text, ...})` sends one.
   * What was typed but not sent stays, for as long as the task does.
   */
  async open(taskId, { place, quotes, load, add }) {
    if (taskId !== this.taskId) this.form.reset();
    this.taskId = taskId;
    this.#add = add;
    this.#replyTo(null);
    this.#offer(quotes);
    this.#quote(place);
    this.dialog.querySelector("mention-box").setAttribute("src", `/api/v1/tasks/${taskId}/mentionable/`);
    this.list.replaceChildren(note("Fetching earlier comments …"));
    this.dialog.showModal();
    this.text.focus();
    const comments = await load();
    this.list.replaceChildren(...(comments ? this.#threads(comments) : [note("Earlier comments cannot be fetched right now.")]));
  }

  #send() {
    const text = this.text.value.trim();
    if (!text) return;
    const said = { text };
    if (this.#parent) said.parent = this.#parent.id;
    if (this.#place) said.place = this.#place;
    this.#add(said);
    this.form.reset();
    shut(this.dialog);
  }

  #threads(comments) {
    return comments.filter(({ parent_id: parent }) => !parent).map((comment) => {
      const item = said(comment);
      const answers = comments.filter(({ parent_id: parent }) => parent === comment.id);
      if (answers.length) {
        const replies = Object.assign(document.createElement("ol"), { className: "replies plain-list" });
        replies.append(...answers.map(said));
        item.append(replies);
      }
      const reply = Object.assign(document.createElement("button"), { type: "button", className: "button quiet small", textContent: "Reply" });
      reply.setAttribute("aria-label", `Reply to ${comment.author}`);
      reply.addEventListener("click", () => this.#replyTo(comment));
      item.append(reply);
      return item;
    });
  }

  #replyTo(comment) {
    this.#parent = comment;
    this.part("reply").hidden = !comment;
    this.part("reply-to").textContent = comment ? `Replying to ${comment.author}` : "";
    if (comment) this.text.focus();
  }

  #offer(quotes) {
    this.#quotes = quotes;
    this.turn.parentElement.hidden = quotes.length === 0;
    const options = quotes.map(({ title }, index) => new Option(title.length > 80 ? `${title.slice(0, 79)}…` : title, index));
    this.turn.replaceChildren(new Option("the whole, or the words that are marked", ""), ...options);
  }

  #quote(place) {
    this.#place = place;
    if (!place) this.turn.value = "";
    this.part("quote").hidden = !place;
    this.part("quoted").textContent = place?.text ?? "";
  }
}

function said({ author, text, kind, place, resolved_at: resolvedAt }) {
  const item = document.createElement("li");
  const line = document.createElement("p");
  line.append(Object.assign(document.createElement("strong"), { textContent: `${author}: ` }));
  line.append(Object.assign(document.createElement("span"), { textContent: text || (kind === "flag" ? "flagged" : ""), dir: "auto" }));
  if (resolvedAt) line.append(" ", Object.assign(document.createElement("span"), { textContent: "resolved", className: "badge good" }));
  if (place) item.append(Object.assign(document.createElement("blockquote"), { textContent: place.text, className: "quote", dir: "auto" }));
  item.append(line);
  return item;
}

function note(text) {
  return Object.assign(document.createElement("li"), { textContent: text, className: "soft" });
}
