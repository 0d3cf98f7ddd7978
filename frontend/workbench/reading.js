const TOO_SOON_MS = 800; // a key pressed for the former task must not pass for having read

/** The new version of the guideline in the task's place: what changed, marked where it stands, and "I have read it". */
export class Reading {
  #shown = null; // the version on screen
  #shownAt = 0;
  #isBusy = false;

  /** `onShow()` is called when there is something to read, `onRead(number)` once the server has noted that it was. */
  constructor({ root, api, path, onShow, onRead }) {
    Object.assign(this, { api, path, onShow, onRead });
    this.panel = root.querySelector(".wb-panel[data-mode=guideline]");
    this.part = (name) => this.panel.querySelector(`[data-part=${name}]`);
  }

  /** Show what has to be read before the queue gives another task: version `wanted`, or a later one. */
  async show(wanted) {
    if (this.#isBusy || (this.#shown !== null && this.#shown >= wanted)) return;
    this.#isBusy = true;
    const { status, body } = await this.api.get(`${this.path}guidelines/changes/`);
    this.#isBusy = false;
    if (status !== 200) return this.#say("What changed cannot be fetched right now. This page tries again by itself.");
    this.#say("");
    this.part("reading-versions").replaceChildren(...body.versions.map(versionLine));
    this.part("reading-touched").replaceChildren(...body.options_touched.flatMap(({ options }) => options.map(chip)));
    this.part("reading-touched").parentElement.hidden = body.options_touched.length === 0;
    this.part("reading-text").innerHTML = body.html; // sanitized by the server
    this.part("reading-text").scrollTop = 0;
    this.part("reading-text").querySelector("ins, del")?.scrollIntoView({ block: "center" });
    this.part("reading-confirm").disabled = false;
    this.onShow();
    this.#shown = body.number;
    this.#shownAt = performance.now();
  }

  async confirm() {
    if (this.#shown === null || this.#isBusy || performance.now() - this.#shownAt < TOO_SOON_MS) return;
    const number = this.#shown;
    this.#isBusy = true;
    const { status, body } = await this.api.post(`${this.path}guidelines/${number}/acknowledgement/`);
    this.#isBusy = false;
    if (status !== 200) return this.#say(body.detail || "It could not be noted. Try again as soon as the line is back.");
    this.#shown = null;
    this.part("reading-confirm").disabled = true;
    this.onRead(number);
  }

  #say(text) {
    this.part("reading-problem").textContent = text;
  }
}

function versionLine({ number, summary, author }) {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("strong"), { textContent: `Version ${number}` }));
  item.append(Object.assign(document.createElement("span"), { textContent: `${author ? `, ${author}` : ""}${summary ? `: ${summary}` : ""}`, dir: "auto" }));
  return item;
}

function chip({ title, colour }) {
  const className = colour ? `option-chip option-colour-${colour}` : "option-chip";
  return Object.assign(document.createElement("span"), { textContent: title, className, dir: "auto" });
}
