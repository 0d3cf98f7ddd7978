import { hide } from "../parts.js";
import { part } from "../question_element.js";
import { overlap, rowsOf } from "./segment_form.js";

const ROW = 18; // CSS pixels of a name

/**
 * The segments as they are seen on the waveform: bands with names, the selected one with the edge in hand, and the stretch that is just
 * being marked. It takes no presses: those are for the waveform below it.
 */
export class SegmentLayer {
  #bands = new Map(); // id -> band
  element = part("div", "segment-layer", { ariaHidden: "true" });
  picked = part("div", "segment-picked", { hidden: true });

  /** Over the waveform of that sound. */
  begin(timeline) {
    this.timeline = timeline;
    this.#bands.clear();
    this.element.replaceChildren(this.picked);
    if (this.element.parentElement !== timeline.wave.frame) timeline.wave.frame.append(this.element);
  }

  /** `segments` come with `{title, colour, isSelected, isSuggested}`; `picked` is `{start, end}` or null; `edge` is the one in hand. */
  show(segments, { picked, edge }) {
    const rows = rowsOf(segments);
    const seen = segments.filter((segment) => overlap(segment, { start: this.timeline.wave.view.from, end: this.timeline.wave.view.to }));
    const ids = new Set(seen.map(({ id }) => id));
    for (const [id, band] of this.#bands) if (!ids.has(id)) band.remove(), this.#bands.delete(id);
    for (const segment of seen) this.#place(segment, rows.get(segment.id), edge);
    hide(this.picked, !picked);
    if (picked) this.#lay(this.picked, picked);
  }

  #place(segment, row, edge) {
    const { id, title, colour, isSelected, isSuggested } = segment;
    if (!this.#bands.has(id)) {
      const band = part("div", "", {}, part("span", "segment-name", { dir: "auto" }));
      this.#bands.set(id, band);
      this.element.append(band);
    }
    const band = this.#bands.get(id);
    const hand = isSelected && !isSuggested ? ` ${edge}-in-hand` : "";
    const className = `segment option-colour-${colour}${isSuggested ? " suggested" : ""}${isSelected ? ` selected${hand}` : ""}`;
    if (band.className !== className) band.className = className;
    const words = isSuggested ? `${title} ?` : title;
    if (band.firstChild.textContent !== words) band.firstChild.textContent = words;
    band.firstChild.style.insetBlockStart = `${2 + row * ROW}px`;
    this.#lay(band, segment);
  }

  /** By the CSSOM: the page's policy refuses style attributes. What begins before or ends after what is seen is cut there. */
  #lay(element, { start, end }) {
    const { from, to } = this.timeline.wave.view;
    const share = (at) => (to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 0) * 100;
    element.style.insetInlineStart = `${share(start)}%`;
    element.style.width = `${share(end) - share(start)}%`;
    element.classList.toggle("begins-before", start < from);
    element.classList.toggle("ends-after", end > to);
  }
}
