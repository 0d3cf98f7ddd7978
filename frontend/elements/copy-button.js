// <copy-button for="id">: copies the text of that element. Its <button> is only shown where script runs.
class CopyButton extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button?.addEventListener("click", () => this.copy());
  }

  async copy() {
    const source = document.getElementById(this.getAttribute("for"));
    const text = source.value ?? source.textContent.trim();
    const label = this.querySelector("[data-label]");
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = "Copied";
    } catch {
      // No permission, or no https: select it, so that the person's own copy key works.
      getSelection().selectAllChildren(source);
      label.textContent = "Press Ctrl+C";
    }
    setTimeout(() => (label.textContent = "Copy"), 2500);
  }
}
customElements.define("copy-button", CopyButton);
