import { CoverMemory } from "./cover_memory.js";

// <content-cover data-scope="person:project">: what is marked data-content inside is hidden, for eyes and for screen readers,
// until its [data-show] is ticked. The style sheet does that by itself; this remembers [data-keep] for the session.
class ContentCover extends HTMLElement {
  connectedCallback() {
    const memory = new CoverMemory(this.dataset.scope);
    const [show, keep] = ["[data-show]", "[data-keep]"].map((name) => this.querySelector(name));
    keep.checked = memory.keepsShowing;
    show.checked ||= keep.checked;
    show.addEventListener("change", () => {
      if (!show.checked) keep.checked = memory.keepsShowing = false;
    });
    keep.addEventListener("change", () => {
      memory.keepsShowing = keep.checked;
      show.checked ||= keep.checked;
    });
  }
}
customElements.define("content-cover", ContentCover);
