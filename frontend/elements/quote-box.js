import { markedPlace } from "./places.js";

// <quote-box>: words that are marked in an element with data-quotable go with the comment below. Its hidden field holds
// the place, its [data-quote] shows the words, its [data-drop] leaves them out again.
class QuoteBox extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[name=place]");
    this.shown = this.querySelector("[data-quote]");
    this.drop = this.querySelector("[data-drop]");
    this.drop.addEventListener("click", () => this.set(null));
    this.note = () => {
      const place = markedPlace();
      if (place) this.set(place); // a mark that goes away, as when the person begins to write, stays quoted
    };
    document.addEventListener("selectionchange", this.note);
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this.note);
  }

  set(place) {
    this.field.value = place ? JSON.stringify(place) : "";
    this.shown.textContent = place?.text ?? "";
    this.shown.hidden = this.drop.hidden = !place;
  }
}
customElements.define("quote-box", QuoteBox);
