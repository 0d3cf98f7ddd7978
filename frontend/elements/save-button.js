// <save-button for="id" name="file.csv">: saves the text of that field as a file. Its <button> is only shown where script runs.
class SaveButton extends HTMLElement {
  connectedCallback() {
    this.querySelector("button")?.addEventListener("click", () => this.save());
  }

  save() {
    const text = document.getElementById(this.getAttribute("for")).value;
    const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    Object.assign(document.createElement("a"), { href: url, download: this.getAttribute("name") }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}
customElements.define("save-button", SaveButton);
