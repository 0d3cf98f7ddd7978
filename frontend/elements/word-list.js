import { suggestWords } from "./words.js";

// <word-list for="id">: lets the datalist of a field with comma-separated words complete the word being typed.
class WordList extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.words = [...(this.field?.list?.options ?? [])].map(({ value }) => value);
    this.field?.addEventListener("input", () => this.complete());
    this.field?.addEventListener("focus", () => this.complete());
  }

  complete() {
    const options = suggestWords(this.field.value, this.words).map((value) => Object.assign(document.createElement("option"), { value }));
    this.field.list.replaceChildren(...options);
  }
}
customElements.define("word-list", WordList);
