import { markedPlace } from "../elements/places.js";
import { CommentDialog } from "./comment_dialog.js";

/** What a person says about a task beside answering it: comments, and a flag that asks a manager to look. */
export class Remarks {
  #flags = new Map(); // outbox key of a flag -> its id on the server
  #dialog = new CommentDialog();

  constructor({ outbox, api, hud, stage }) {
    Object.assign(this, { outbox, api, hud, stage });
  }

  /** Set a flag, or take back the one set here. */
  flag(view) {
    if (view.flag) this.#takeBack(view);
    else view.flag = this.outbox.add({ kind: "comment", taskId: view.taskId, body: { kind: "flag", text: "" }, work: view.work }).key;
    this.hud.setFlag(Boolean(view.flag));
  }

  comment({ taskId, work }) {
    const load = async () => {
      const { status, body } = await this.api.get(`tasks/${taskId}/comments/`);
      return status === 200 ? body.results : null;
    };
    const add = (said) => {
      this.outbox.add({ kind: "comment", taskId, body: { kind: "comment", ...said }, work });
      this.hud.note(said.parent ? "Reply added." : "Comment added.");
    };
    this.#dialog.open(taskId, { place: markedPlace(), quotes: this.stage.quotes, load, add });
  }

  /** A flag reached the server: its id is needed to take it back. */
  sent({ key, kind, body: { kind: what } }, { id }) {
    if (kind === "comment" && what === "flag") this.#flags.set(key, id);
  }

  #takeBack(view) {
    const unsent = this.outbox.open(view.taskId, "comment");
    const id = this.#flags.get(view.flag);
    if (unsent?.key === view.flag) this.outbox.remove(unsent);
    else if (id) this.outbox.add({ kind: "resolve", taskId: view.taskId, body: { comment_id: id } });
    else return; // it is on its way this very moment
    view.flag = null;
  }
}
