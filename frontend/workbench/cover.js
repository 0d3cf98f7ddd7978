import { CoverMemory } from "../elements/cover_memory.js";

/** Covers what is hard to look at, for eyes and for screen readers, until a key shows it. Off where the project does not ask for it. */
export class Cover {
  #uncovered = new WeakSet(); // views that a key has shown
  #view = null; // what is on screen
  #refuse;

  /** `refusal()` is what a page says to keys that would answer what has not been seen. */
  constructor({ root, stage, config, refusal }) {
    Object.assign(this, { root, stage });
    this.#refuse = refusal;
    this.isSensitive = config.care.is_sensitive;
    this.memory = new CoverMemory(`${config.user.id}:${config.project.slug}`);
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    if (!this.isSensitive) return;
    stage.card.append(this.part("cover"));
    this.part("keep-showing").addEventListener("change", () => {
      this.memory.keepsShowing = true;
      this.lay(this.#view);
    });
  }

  get refusal() {
    return this.#refuse();
  }

  covers(view) {
    return this.isSensitive && view !== null && !this.memory.keepsShowing && !this.#uncovered.has(view);
  }

  /** Cover what comes onto the screen, or leave it open; within the frame that draws it. */
  lay(view) {
    if (!this.isSensitive) return;
    this.#view = view;
    const isCovered = this.covers(view);
    if (!isCovered && this.part("cover").contains(document.activeElement)) document.activeElement.blur();
    this.stage.root.toggleAttribute("data-covered", isCovered);
    for (const field of this.stage.card.children) if (field !== this.part("cover")) this.#withhold(field, isCovered);
    this.part("questions").inert = isCovered;
    this.part("cover").hidden = !isCovered;
    this.part("keep-showing").checked = this.memory.keepsShowing;
    this.part("cover-word").textContent = isCovered ? "Show" : "Cover";
    this.root.querySelector(".wb-keys [data-command=cover]").disabled = view === null;
    if (this.part("note").textContent === this.refusal) this.stage.write("note", "");
  }

  /** Show what is covered; cover it again, and what follows. */
  toggle(view) {
    if (!this.isSensitive || view === null) return;
    if (this.covers(view)) this.#uncovered.add(view);
    else {
      this.#uncovered.delete(view);
      this.memory.keepsShowing = false;
    }
    this.lay(view);
  }

  #withhold(field, isCovered) {
    field.inert = isCovered;
    if (isCovered) field.setAttribute("aria-hidden", "true");
    else field.removeAttribute("aria-hidden");
  }
}
