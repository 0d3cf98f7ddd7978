import { TextMap } from "./text_map.js";

const STEPS = 12; // half heights of letters that a way up or down looks ahead: beyond a wide gap it gives up

/** Places in a document whose pieces stand beside each other as well as one below the other, as in a table. */
export class DocumentMap extends TextMap {
  #nodes;
  #starts;

  constructor(nodes, { starts, text }) {
    super(nodes, { starts, text });
    this.#nodes = nodes;
    this.#starts = starts;
  }

  /** The unit on the nearest line below (1) or above (-1) that has text under the middle of a piece. */
  unitBeside(start, end, direction) {
    const rect = this.rectOf(start, end);
    if (!rect) return null;
    const [x, middle] = [rect.left + rect.width / 2, rect.top + rect.height / 2];
    for (let step = 2; step <= STEPS; step += 1) {
      const near = this.unitAt(x, middle + (direction * step * rect.height) / 2);
      const unit = near === null || this.rectOf(near, near + 1) ? near : near - 1; // beside the end of a line
      const there = unit === null ? null : this.rectOf(unit, unit + 1);
      if (there && direction * (there.top + there.height / 2 - middle) > rect.height / 2) return unit;
    }
    return null;
  }

  /** From the first to the last piece of the text that stands between two heights of the window. */
  between(top, bottom) {
    let [from, to] = [Infinity, 0];
    this.#nodes.forEach((node, index) => {
      const box = node.parentElement.getBoundingClientRect();
      if (box.bottom < top || box.top > bottom) return;
      from = Math.min(from, this.#starts[index]);
      to = Math.max(to, this.#starts[index] + node.length);
    });
    return from < to ? [from, to] : [0, 0];
  }
}
