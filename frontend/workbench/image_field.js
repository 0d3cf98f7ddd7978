import { ImageView } from "./image/image_view.js";
import { keymap } from "./keymap.js";
import { fieldKinds } from "./kinds.js";
import { part } from "./question_element.js";
import { isPlainPress, keyMeant, nameOfKeyFor } from "./shortcuts.js";

const MOST_PREPARED = 8; // decoded pictures that wait for their turn
const PANS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const FAILED = "The image could not be loaded.";

/**
 * A picture that fits the stage. It is enlarged by key, wheel or double press, and moved by dragging; while it is enlarged, the
 * arrow keys move it, unless one of `arrowTakers` says that they mean something else now. Tells by `image-moved` that another part
 * of it is seen, or in another size.
 */
export class ImageField extends HTMLElement {
  #prepared = new Map(); // address -> picture, fetched and decoded before it is shown
  arrowTakers = new Set();
  view = new ImageView(() => this.#tellZoom());
  bar = this.#makeBar();
  note = part("p", "notice warning image-notice", { hidden: true, role: "status" });

  connectedCallback() {
    if (!this.view.element.isConnected) this.append(this.view.element, this.bar, this.note);
    document.addEventListener("keydown", this.#press, { capture: true });
    addEventListener("keydown", this.#pressLate);
    this.view.begin();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#press, { capture: true });
    removeEventListener("keydown", this.#pressLate);
    this.view.end();
  }

  set field({ title, name }) {
    this.definitionTitle = title || name;
    if (title) this.setAttribute("aria-label", title);
  }

  set value(value) {
    this.note.hidden = true;
    this.shownAddress = value?.address ?? "";
    this.bar.querySelector("[data-part=name]").textContent = value?.name ?? "";
    if (!value?.address) return this.view.show(drawn(value), value ?? { width: 1, height: 1 }); // the editor's preview
    const picture = this.#fetched(value.address);
    this.#prepared.delete(value.address);
    picture.alt = `${this.definitionTitle}: ${value.name || "an image"}, ${value.width} by ${value.height} pixels`;
    picture.addEventListener("error", () => this.#failed(value), { once: true });
    return this.view.show(picture, value);
  }

  set marks(words) {}

  /** Fetch and decode what comes later. */
  prepare({ address }) {
    if (!address || this.#prepared.has(address)) return;
    this.#fetched(address)
      .decode()
      .catch(() => this.#prepared.delete(address)); // it is asked for again when it is shown
    while (this.#prepared.size > MOST_PREPARED) this.#prepared.delete(this.#prepared.keys().next().value);
  }

  #fetched(address) {
    if (!this.#prepared.has(address)) this.#prepared.set(address, Object.assign(new Image(), { src: `${address}whole`, draggable: false, decoding: "sync" }));
    return this.#prepared.get(address);
  }

  #failed(value) {
    if (this.shownAddress !== value.address) return;
    const again = part("button", "button small", { type: "button", textContent: "Try again" });
    again.addEventListener("click", () => (this.value = value));
    this.note.replaceChildren(`${FAILED} `, again);
    this.note.hidden = false;
  }

  get #isMeant() {
    return !this.hidden && !this.inert && this.checkVisibility();
  }

  get #panByArrows() {
    return this.view.isEnlarged && ![...this.arrowTakers].some((takes) => takes());
  }

  /** Before the page takes these keys for itself. */
  #press = (event) => {
    if (!isPlainPress(event) || !this.#isMeant) return;
    const key = keyMeant(event);
    if (key === keymap.keyOf("larger")) this.view.zoomBy(1); // the text beside it grows with it
    else if (key === keymap.keyOf("smaller")) this.view.zoomBy(-1);
    else if (PANS[event.key] && this.#panByArrows && !event.shiftKey && !event.target.closest?.("[role=radiogroup], [role=slider]")) {
      this.view.panBy(...PANS[event.key]);
      event.preventDefault();
      event.stopPropagation();
    }
  };

  /** What an option has taken for its key does not come here. */
  #pressLate = (event) => {
    if (!isPlainPress(event) || !this.#isMeant) return;
    if (keyMeant(event, [keymap.keyOf("image.fit")]) !== keymap.keyOf("image.fit")) return;
    this.view.fit();
    event.preventDefault();
  };

  get actions() {
    return keymap.toolsOf("image");
  }

  /** The person has chosen other keys. */
  giveKeys() {
    for (const button of this.bar.querySelectorAll("[data-action]")) button.firstChild.textContent = nameOfKeyFor(button.dataset.action);
  }

  #tellZoom() {
    this.bar.querySelector("[data-part=zoom]").textContent = `${Math.round(this.view.scale * 100)} %`;
    this.classList.toggle("is-enlarged", this.view.isEnlarged);
    this.dispatchEvent(new Event("image-moved"));
  }

  #makeBar() {
    const zoom = part("span", "image-zoom soft", { title: "Of the image's own size" });
    zoom.dataset.part = "zoom";
    const name = part("span", "image-name soft", { dir: "auto" });
    name.dataset.part = "name";
    return part(
      "div", "image-bar", { role: "toolbar", ariaLabel: "The image" },
      button("smaller", "", "Smaller", () => this.view.zoomBy(-1)),
      zoom,
      button("larger", "", "Larger", () => this.view.zoomBy(1)),
      button("image.fit", "Fit", "The whole image", () => this.view.fit()),
      name,
    );
  }
}

/** The key itself says enough where there is no `text`. */
function button(action, text, title, run) {
  const made = part("button", "button quiet small", { type: "button", title, ...(text ? {} : { ariaLabel: title }) });
  made.dataset.action = action;
  made.append(part("kbd", "key", { textContent: nameOfKeyFor(action), ariaHidden: "true" }));
  if (text) made.append(part("span", "", { textContent: text }));
  made.addEventListener("click", run);
  return made;
}

/** Where no file is: a frame of the right shape. */
function drawn(value) {
  const [width, height] = [value?.width ?? 640, value?.height ?? 420];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, set] of Object.entries({ viewBox: "0 0 64 42", width, height, role: "img", "aria-label": "An example image" })) svg.setAttribute(name, set);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M0 0h64v42H0zM0 34l16-14 12 10 14-16 22 20v8H0zM14 12a5 5 0 1 1 .01 0z");
  path.setAttribute("fill-rule", "evenodd");
  svg.classList.add("image-example");
  svg.append(path);
  return svg;
}

fieldKinds.register("image", ImageField);
