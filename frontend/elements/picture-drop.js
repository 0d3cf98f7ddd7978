import { insertAt, placeholder, settle, shifted } from "./picture_text.js";

// <picture-drop upload="/api/v1/projects/topics/assets/" max-bytes="...">: pictures that are dropped on it, pasted into its
// <textarea> or picked by its [data-pick] button are sent, and stand in the text where the caret was.
let pictures = 0;

class PictureDrop extends HTMLElement {
  #waiting = 0;

  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.input = this.querySelector("input[type=file]");
    this.progress = this.querySelector("progress");
    this.said = this.querySelector("[data-said]");
    this.querySelector("[data-pick]").addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => {
      this.#add([...this.input.files]);
      this.input.value = ""; // the same file may be picked again
    });
    this.text.addEventListener("paste", (event) => this.#take(event, event.clipboardData));
    this.addEventListener("drop", (event) => this.#take(event, event.dataTransfer));
    for (const name of ["dragenter", "dragover"]) this.addEventListener(name, (event) => this.#mark(event, true));
    for (const name of ["dragleave", "drop"]) this.addEventListener(name, (event) => this.#mark(event, false));
  }

  #mark(event, isOver) {
    if (!event.dataTransfer.types.includes("Files")) return; // words that are dragged within the text
    if (isOver) event.preventDefault();
    this.classList.toggle("is-over", isOver);
  }

  /** Words win over a picture of them, which office programs put beside what they copy. */
  #take(event, data) {
    const files = [...data.files];
    if (!files.length || data.types.includes("text/plain")) return;
    event.preventDefault();
    this.#add(files);
  }

  /** Hold a place for each at the caret, then send one after the other. */
  async #add(files) {
    const limit = Number(this.getAttribute("max-bytes")) || Infinity;
    const pictureLike = files.filter(({ type }) => type !== "application/pdf" && !type.startsWith("audio/")); // the site keeps such, but not in texts
    if (pictureLike.length < files.length) this.#say("A PDF or a sound is no picture. Import it as tasks, or add a picture of it.");
    const small = pictureLike.filter((file) => file.size <= limit);
    if (small.length < pictureLike.length) this.#say(`A picture may have ${Math.floor(limit / 1024 / 1024)} MB at most. Make it smaller.`);
    if (!small.length) return;
    const held = small.map((file) => placeholder(file.name, (pictures += 1)));
    const { text, caret } = insertAt(this.text.value, this.text.selectionStart, this.text.selectionEnd, held);
    this.text.focus({ preventScroll: true });
    this.#write(text, caret);
    this.#wait(small.length);
    for (const [index, file] of small.entries()) await this.#addOne(file, held[index], small.length === 1 ? caret : null);
  }

  /** `caret` is where the person was left; who is still there goes on with the description. */
  async #addOne(file, held, caret) {
    this.#say(`Adding ${file.name} …`);
    const { status, body } = await this.#send(file);
    const isAdded = status === 200 || status === 201;
    this.#wait(-1);
    this.#settle(held, isAdded ? body.markdown : "", caret);
    this.#say(isAdded ? "Added. Write between the brackets what it shows." : `${file.name}: ${body.detail || "it could not be sent. Try again as soon as the line is back."}`);
  }

  #settle(held, markdown, caret) {
    const settled = settle(this.text.value, held, markdown);
    if (!settled) return;
    const { selectionStart, selectionEnd } = this.text;
    const hasStayed = selectionStart === caret && selectionEnd === caret;
    const moved = (place) => shifted(place, settled.at, held.length, markdown.length - held.length);
    if (hasStayed && markdown) this.#write(settled.text, settled.caret);
    else this.#write(settled.text, moved(selectionStart), moved(selectionEnd));
  }

  #write(text, start, end = start) {
    const { scrollTop } = this.text;
    this.text.value = text;
    this.text.setSelectionRange(start, end);
    this.text.scrollTop = scrollTop;
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** What is not there yet must not be published. */
  #wait(more) {
    this.#waiting += more;
    this.progress.hidden = this.#waiting === 0;
    this.text.setCustomValidity(this.#waiting ? "A picture is still on its way." : "");
  }

  #say(words) {
    this.said.textContent = words;
  }

  #send(file) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest(); // fetch cannot tell how far it is
      const form = new FormData();
      form.append("file", file, file.name || "picture");
      request.upload.addEventListener("progress", ({ loaded, total }) => (this.progress.value = total ? loaded / total : 0));
      request.addEventListener("loadend", () => resolve({ status: request.status, body: request.response ?? {} }));
      request.open("POST", this.getAttribute("upload"));
      request.responseType = "json";
      request.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]").content);
      request.setRequestHeader("Accept", "application/json");
      request.send(form);
    });
  }
}
customElements.define("picture-drop", PictureDrop);
