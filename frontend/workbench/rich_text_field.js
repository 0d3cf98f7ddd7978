import { fieldKinds } from "./kinds.js";

const STYLE = "display: flow-root; color-scheme: light dark; font: 17px/1.55 system-ui, sans-serif; margin: 0; overflow-wrap: anywhere";

/**
 * HTML that the server has sanitized, in a frame that may do nothing: no scripts, no forms, no way out. Links open nowhere by
 * themselves. The frame is as high as what it shows, up to a point, then scrolls.
 */
export class RichTextField extends HTMLElement {
  #frame = Object.assign(document.createElement("iframe"), { className: "rich-text-frame", loading: "eager" });
  #widths = new ResizeObserver(() => this.#fit()); // lines break elsewhere

  connectedCallback() {
    this.#frame.setAttribute("sandbox", "allow-same-origin"); // only so that its height can be read; scripts stay forbidden
    if (!this.#frame.isConnected) this.append(this.#frame);
    this.#widths.observe(this);
  }

  set field({ title, name }) {
    this.#frame.title = title || name;
    if (title) this.setAttribute("aria-label", title);
  }

  set value(html) {
    this.#frame.onload = () => this.#fit();
    this.#frame.srcdoc = `<!doctype html><meta charset="utf-8"><base target="_blank"><body class="rich-text">${html ?? ""}</body>`;
  }

  set marks(words) {}

  /** Styles go through the CSSOM: the policy of the page refuses them in the HTML. */
  #fit() {
    const body = this.#frame.contentDocument?.body;
    if (!body) return;
    body.style.cssText = STYLE;
    body.style.color = getComputedStyle(this).color;
    this.#frame.style.height = "";
    this.#frame.style.height = `${Math.min(body.scrollHeight + 8, 1200)}px`;
  }
}

fieldKinds.register("rich_text", RichTextField);
