/** Dialogs are native <dialog>s: the browser keeps the focus inside and gives it back. These add only what they hold. */

export function isDialogOpen() {
  return document.querySelector("dialog[open]") !== null;
}

export function openable(id) {
  const dialog = document.getElementById(id);
  dialog.querySelector("[data-close]").addEventListener("click", () => shut(dialog));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) shut(dialog); // the shade around it
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    shut(dialog); // at once: the browser's own way comes too late for the next key of a fast typist
  });
  return dialog;
}

/** Close it and take the focus out of it now; left alone, it stays on a hidden button until the next frame. */
export function shut(dialog) {
  dialog.close();
  if (dialog.contains(document.activeElement)) document.activeElement.blur();
}

const REASONS = ["I am not sure which answer is right", "The text is unclear or broken", "No answer fits", "I should not label this"];

/** Ask why; `chosen(reason)` is called once, with a key 1-4 or the person's own words. */
export class SkipDialog {
  #chosen = () => {};

  constructor() {
    this.dialog = openable("skip-dialog");
    this.form = this.dialog.querySelector("form");
    const buttons = REASONS.map((reason, index) => reasonButton(reason, index + 1));
    this.dialog.querySelector("[data-part=reasons]").append(...buttons);
    buttons.forEach((button, index) => button.addEventListener("click", () => this.#choose(REASONS[index])));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#choose(this.form.elements.reason.value.trim());
    });
    this.dialog.addEventListener("keydown", (event) => {
      const button = event.target === this.form.elements.reason ? null : buttons[Number(event.key) - 1];
      if (!button || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      button.click();
    });
  }

  open(chosen) {
    this.#chosen = chosen;
    this.form.reset();
    this.dialog.showModal();
    this.dialog.querySelector("[data-part=reasons] button").focus({ focusVisible: false });
  }

  #choose(reason) {
    if (!reason) return this.form.elements.reason.focus();
    shut(this.dialog);
    this.#chosen(reason);
  }
}

function reasonButton(reason, number) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
  const key = Object.assign(document.createElement("kbd"), { className: "key", textContent: String(number) });
  button.append(key, reason);
  return button;
}

/** A question on the guideline; `asked(text)` sends it. */
export class AskDialog {
  #asked = () => {};

  constructor() {
    this.dialog = openable("ask-dialog");
    this.form = this.dialog.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.form.elements.text.value.trim();
      if (!text) return;
      this.#asked(text);
      this.form.reset();
      shut(this.dialog);
    });
    this.form.elements.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    });
  }

  /** What was typed but not sent stays. */
  open(asked) {
    this.#asked = asked;
    this.dialog.showModal();
    this.form.elements.text.focus();
  }
}
