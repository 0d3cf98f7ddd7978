// <file-drop max-bytes="...">: files can be dropped on it, and one that is too large is refused before it is sent.
// Inside are an ordinary file input and a submit button, which are all that is needed.
class FileDrop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.problem = this.querySelector("[data-problem]");
    this.input.addEventListener("change", () => this.check());
    for (const name of ["dragenter", "dragover"]) this.addEventListener(name, (event) => this.mark(event, true));
    for (const name of ["dragleave", "drop"]) this.addEventListener(name, (event) => this.mark(event, false));
    this.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      this.input.files = event.dataTransfer.files;
      if (this.check()) this.input.form.requestSubmit();
    });
  }

  mark(event, isOver) {
    event.preventDefault();
    this.classList.toggle("is-over", isOver);
  }

  check() {
    const files = [...this.input.files];
    const limit = Number(this.getAttribute("max-bytes"));
    const isTooLarge = limit > 0 && files.some(({ size }) => size > limit);
    const megabytes = Math.floor(limit / 1024 / 1024);
    const message = isTooLarge ? `This file is larger than ${megabytes} MB. Split it, or compress it with gzip.` : "";
    this.problem.textContent = message;
    this.input.setCustomValidity(message);
    return files.length > 0 && !isTooLarge;
  }
}
customElements.define("file-drop", FileDrop);
