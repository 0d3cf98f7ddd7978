/** What a person set once and this browser remembers: the size of the text, the guideline beside it or folded away. */
const SIZES = [0.875, 1, 1.125, 1.25, 1.5, 1.75, 2, 2.5]; // rem
const USUAL_SIZE = 2;

export function remembered(name, fallback) {
  try {
    return localStorage.getItem(`workbench-${name}`) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`workbench-${name}`, value);
  } catch {
    // a browser that keeps nothing: it holds for this page
  }
}

export class TextSize {
  #step = Math.min(SIZES.length - 1, Math.max(0, Number(remembered("text-size", USUAL_SIZE)) || 0));

  constructor() {
    this.change(0);
  }

  change(by) {
    this.#step = Math.min(SIZES.length - 1, Math.max(0, this.#step + by));
    document.documentElement.style.setProperty("--text-reading", `${SIZES[this.#step]}rem`);
    remember("text-size", this.#step);
  }
}

/** The guideline: beside the task on a wide screen, a sheet over it on a phone. */
export class GuidelinePanel {
  #phone = matchMedia("(max-width: 56rem)");
  #fetching = 0; // the version that is on its way

  constructor({ number, fetchCurrent }) {
    this.number = number;
    this.fetchCurrent = fetchCurrent;
    this.panel = document.getElementById("guideline");
    this.part = (name) => this.panel.querySelector(`[data-part=${name}]`);
    this.toggle(!this.#phone.matches && remembered("guideline", "open") === "open");
  }

  get isSheet() {
    return this.#phone.matches && !this.panel.hidden;
  }

  toggle(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.panel.parentElement.classList.toggle("guideline-folded", !open);
    const button = document.querySelector("[data-command=guideline][aria-controls]");
    button.setAttribute("aria-expanded", String(open));
    if (!this.#phone.matches) remember("guideline", open ? "open" : "folded");
    if (this.isSheet) this.panel.querySelector("button").focus();
  }

  /** A task arrived that was given out under another version: show that one, and say so unless the person knows. */
  async follow(number, { isNews = true } = {}) {
    if (!number || number <= Math.max(this.number, this.#fetching)) return;
    this.#fetching = number;
    const guideline = await this.fetchCurrent();
    this.#fetching = 0;
    if (!guideline) return; // tried again with the next task
    this.number = guideline.number; // from now on this is what answers are made under
    this.part("guideline-number").textContent = `v${guideline.number}`;
    this.part("guideline-text").innerHTML = guideline.html; // sanitized by the server, like the one the page came with
    this.part("guideline-changed").hidden = !isNews;
    if (isNews && !this.#phone.matches) this.toggle(true);
  }

  /** Bring the section of an option into view, where the panel is open and has one. */
  showSection(title) {
    if (this.panel.hidden) return;
    const text = this.part("guideline-text");
    const wanted = title.trim().toLowerCase();
    const heading = [...text.querySelectorAll("h2, h3, h4")].find((one) => one.textContent.trim().toLowerCase() === wanted);
    if (heading) text.scrollTop += heading.getBoundingClientRect().top - text.getBoundingClientRect().top;
  }
}
