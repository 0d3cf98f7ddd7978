import { nameOfKeyFor } from "../shortcuts.js";
import { part } from "../question_element.js";

/**
 * The buttons below a sound, each with its key, and what is told between them. `acts` are those of the keys by name, `beginOrNot` chooses
 * whether sounds begin by themselves.
 */
export class SoundBar {
  constructor(acts, beginOrNot) {
    const run = (name) => () => acts[name]();
    const begins = button({ title: "Each sound begins as soon as it is shown", run: beginOrNot }, part("span", "", { textContent: "Begin by itself" }));
    begins.dataset.part = "begins";
    this.element = part(
      "div", "audio-bar", { role: "toolbar", ariaLabel: "The sound" },
      button({ action: "audio.play", title: "Play or pause", run: run("audio.play") }, named("play", "Play")),
      button({ action: "audio.back", title: "Back a little", run: run("audio.back") }, named("back")),
      named("time", "", "audio-time"),
      button({ action: "audio.forward", title: "Forward a little", run: run("audio.forward") }, named("forward")),
      button({ action: "audio.slower", title: "Slower", run: run("audio.slower") }, part("span", "", { textContent: "Slower" })),
      named("speed", "", "audio-speed"),
      button({ action: "audio.faster", title: "Faster", run: run("audio.faster") }, part("span", "", { textContent: "Faster" })),
      button({ action: "audio.loop", title: "Again and again", run: run("audio.loop") }, part("span", "", { textContent: "Loop" })),
      begins,
      named("name", "", "audio-name soft"),
    );
  }

  /** Only what has changed, for some of it is told with each frame. */
  tell(texts) {
    for (const [name, text] of Object.entries(texts)) if (this.part(name).textContent !== text) this.part(name).textContent = text;
  }

  press({ isLooping, beginsByItself, isThere }) {
    this.element.querySelector('[data-action="audio.loop"]').ariaPressed = String(isLooping);
    this.part("begins").ariaPressed = String(beginsByItself);
    for (const button of this.element.querySelectorAll("button")) button.disabled = !isThere;
  }

  giveKeys() {
    for (const button of this.element.querySelectorAll("[data-action]")) button.firstChild.textContent = nameOfKeyFor(button.dataset.action);
  }

  part(name) {
    return this.element.querySelector(`[data-part=${name}]`);
  }
}

function button({ action = "", title, run }, ...words) {
  const made = part("button", "button quiet small", { type: "button", title });
  if (action) {
    made.dataset.action = action;
    made.append(part("kbd", "key", { textContent: nameOfKeyFor(action), ariaHidden: "true" }));
  }
  made.append(...words);
  made.addEventListener("click", run);
  return made;
}

function named(name, textContent = "", className = "") {
  const made = part("span", className, { textContent, dir: name === "name" ? "auto" : "" });
  made.dataset.part = name;
  return made;
}
