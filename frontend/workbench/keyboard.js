import { isDialogOpen } from "./dialogs.js";
import { keymap } from "./keymap.js";
import { isPlainPress, keyMeant, keyName, undoMeant } from "./shortcuts.js";

/**
 * Turns key presses and clicks into commands and answers, each about what was on screen at that moment.
 *
 * `run(command)` does a command; `answer(shortcut)` presses a question's key for the task on screen;
 * `late(view, answers, key)` is told of a press that was meant for the former task; `view()` is what is on screen now.
 */
export class Keyboard {
  isOn = true;
  #focused = null; // where the keys went when the click began

  constructor({ clock, stage, root, run, answer, late, view }) {
    Object.assign(this, { clock, stage, root, run, answer, late, view });
    document.addEventListener("keydown", (event) => this.#press(event));
    document.addEventListener("click", (event) => this.#guard(event), { capture: true });
    document.addEventListener("click", (event) => this.#click(event));
  }

  #press(event) {
    if (isDialogOpen()) return;
    const undo = undoMeant(event);
    if (undo && this.clock.at(event.timeStamp) === this.view()) {
      event.preventDefault();
      return this.run(undo);
    }
    if (!isPlainPress(event)) return;
    const own = this.stage.shortcuts;
    const key = keyMeant(event, own.map((shortcut) => shortcut.key));
    const shortcut = own.find((candidate) => candidate.key === key);
    const action = shortcut ? null : keymap.at(key);
    if (!shortcut && !action) return;
    if (!this.isOn && key.replace("Shift+", "").length === 1) return; // arrows, Enter and Escape stay
    if ((key === " " || key === "Enter") && isOperable(document.activeElement)) return; // it presses that control
    event.preventDefault();
    if (event.repeat && !shortcut?.repeats && (shortcut || action.aboutTask || action.name === "undo")) return; // a key held down is one press
    const seen = this.clock.at(event.timeStamp);
    const isLate = seen !== this.view();
    if (shortcut && isLate) return this.late(seen, answersOf(shortcut), key);
    if (shortcut) return seen ? this.answer(shortcut) : this.late(null, {}, key);
    if (isLate && action.aboutTask) return this.late(seen, {}, keyName(key));
    this.run(action.name);
  }

  /** A click that was made before the task in the page had been painted was meant for another one. */
  #guard(event) {
    this.#focused = document.activeElement;
    if (!event.target.closest?.("[data-part=questions]")) return;
    if (this.clock.at(event.timeStamp) === this.view()) return;
    event.stopPropagation();
    event.preventDefault();
    this.late(null, {}, "That click");
  }

  #click(event) {
    const control = event.target.closest?.("button, a, [data-part=fields]");
    // After a mouse click the keys belong to the page again, not to the button that was hit; or to what it opened for writing.
    const isWriting = document.activeElement !== this.#focused && document.activeElement?.matches("input, textarea, select");
    if (control && event.detail > 0 && !isWriting && !control.closest("dialog, aside, a")) this.root.focus({ preventScroll: true });
    const command = event.target.closest?.("[data-command]")?.dataset.command;
    if (command) this.run(command);
  }
}

/** What a key would answer by itself; nothing where it only does a part. */
function answersOf({ element, answer }) {
  return element.isOneGesture && answer !== undefined ? { [element.question.name]: answer } : {};
}

/** Is the focus on a control that Enter and space would press? */
function isOperable(element) {
  return Boolean(element?.matches("button, a[href], summary, input") && element.matches(":focus-visible"));
}
