import { openable, shut } from "../workbench/dialogs.js";

/** Asks why answers go back, to whom, and about which place; `send(body)` sends that decision. */
export class ReturnDialog {
  #place = null;

  constructor(send) {
    this.dialog = openable("return-dialog");
    this.form = this.dialog.querySelector("form");
    this.form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = this.#body();
      if (!body.reason && !body.comment) return this.form.querySelector("[name=reason]")?.focus();
      shut(this.dialog);
      await send(body);
    });
    this.dialog.addEventListener("keydown", (event) => this.#press(event));
  }

  /** `place` is what the reviewer has marked in the item, or null. */
  open({ annotations, place }) {
    this.form.reset();
    this.#place = place;
    const quote = this.dialog.querySelector("[data-part=place]");
    quote.hidden = !place;
    quote.textContent = place ? `About “${place.text}”` : "";
    const box = this.dialog.querySelector("[data-part=authors]");
    box.replaceChildren(...annotations.map(({ author, author_id: id }) => checkbox("author", id, author)));
    box.parentElement.hidden = annotations.length < 2;
    this.dialog.showModal();
    this.form.querySelector("[name=reason]")?.focus();
  }

  #body() {
    const data = new FormData(this.form);
    return {
      decision: "return",
      reason: data.get("reason") ?? "",
      comment: (data.get("comment") ?? "").trim(),
      returned_to: data.getAll("author").map(Number),
      place: this.#place,
    };
  }

  #press(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.form.requestSubmit();
    if (event.target.matches("textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
    const radio = this.form.querySelectorAll("[name=reason]")[Number(event.key) - 1];
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
  }
}

function checkbox(name, value, text) {
  const label = Object.assign(document.createElement("label"), { className: "wb-check" });
  label.append(Object.assign(document.createElement("input"), { type: "checkbox", name, value, checked: true }), text);
  return label;
}
