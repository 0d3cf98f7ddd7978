import { part } from "./question_element.js";
import { keyName } from "./shortcuts.js";

/** An option as a button with its key on it, made once; showing another task only changes what differs. */
export class OptionButton {
  #meter = part("progress", "option-meter", { max: 1, value: 0, hidden: true, ariaHidden: "true" });
  #percent = part("span", "confidence");
  #tag = part("span", "suggested-tag", { textContent: "suggested", hidden: true });
  #confidence;
  #isSuggested = false;

  #mark = part("kbd", "key", { hidden: true, ariaHidden: "true" });
  #key = "";

  constructor({ value, title, help, colour }) {
    this.button = part("button", "option-button", { type: "button", ariaPressed: "false" });
    this.button.dataset.value = value;
    if (colour) this.button.classList.add(`option-colour-${colour}`);
    if (help) this.button.dataset.help = help;
    const label = part("span", "option-title", { textContent: title, dir: "auto" });
    this.button.append(this.#mark, label, this.#percent, this.#tag, this.#meter);
    if (help) this.button.setAttribute("aria-description", help);
  }

  get key() {
    return this.#key;
  }

  set key(key) {
    this.#key = key;
    this.#mark.textContent = key && keyName(key);
    this.#mark.hidden = !key;
    if (key) this.button.setAttribute("aria-keyshortcuts", key);
    else this.button.removeAttribute("aria-keyshortcuts");
  }

  press(pressed) {
    if (this.button.ariaPressed !== String(pressed)) this.button.ariaPressed = String(pressed);
  }

  suggest(confidence, isSuggested) {
    if (confidence === this.#confidence && isSuggested === this.#isSuggested) return;
    this.#confidence = confidence;
    this.#isSuggested = isSuggested;
    const isKnown = confidence !== undefined;
    this.button.classList.toggle("suggested", isSuggested);
    this.#tag.hidden = !isSuggested;
    this.#meter.hidden = !isKnown;
    this.#percent.textContent = isKnown ? `${Math.round(confidence * 100)} %` : "";
    if (isKnown) this.#meter.value = confidence;
  }
}
