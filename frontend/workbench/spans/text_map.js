const LONG_NODE = 5_000; // units; only in such a node it pays to look where exactly the window begins

// One for all measuring: every range that is alive is looked at whenever a node goes, and hundreds would be.
const ruler = globalThis.document?.createRange();

/**
 * Places in a field's text, in UTF-16 units, and the same places in the document. The text is that of the nodes with `joiner`
 * between them, which the document does not hold; or the nodes are pieces of a longer `text` that begin at these `starts`.
 */
export class TextMap {
  #nodes;
  #starts;
  #indexes;

  constructor(nodes, { joiner = "", starts, text } = {}) {
    this.#nodes = nodes;
    this.#starts = starts ?? startsOf(nodes, joiner);
    this.#indexes = new Map(nodes.map((node, index) => [node, index]));
    this.text = text ?? nodes.map((node) => node.data).join(joiner);
  }

  /** Whether that place can be seen, once it is scrolled to: all of this text can. */
  isDrawn() {
    return true;
  }

  /** The document ranges of a piece of the text, one for each node that holds some of it; they do not follow what changes. */
  ranges(start, end) {
    const found = [];
    for (let index = this.#indexAt(start); index < this.#nodes.length && this.#starts[index] < end; index += 1) {
      const node = this.#nodes[index];
      const from = Math.max(0, start - this.#starts[index]);
      const to = Math.min(node.length, end - this.#starts[index]);
      if (from < to) found.push(new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to }));
    }
    return found;
  }

  /** Where a piece stands in the window, line by line. */
  rectsOf(start, end) {
    return this.ranges(start, end).flatMap(({ startContainer, startOffset, endOffset }) => [...rectsIn(startContainer, startOffset, endOffset)]);
  }

  /** Where the first line of a piece stands in the window; null where it has no place. */
  rectOf(start, end) {
    const [first] = this.ranges(start, end);
    return (first && rectsIn(first.startContainer, first.startOffset, first.endOffset)[0]) ?? null;
  }

  /** Mark a piece as the page's selection. */
  select(start, end) {
    const ranges = this.ranges(start, end);
    if (ranges.length === 0) return;
    const [first, last] = [ranges[0], ranges.at(-1)];
    getSelection().setBaseAndExtent(first.startContainer, first.startOffset, last.endContainer, last.endOffset);
  }

  /** The piece that a document range holds. */
  unitsOf({ startContainer, startOffset, endContainer, endOffset }) {
    return [this.unitOf(startContainer, startOffset), this.unitOf(endContainer, endOffset)];
  }

  /** The place of a point of the document; one outside the text counts as the next place in it. */
  unitOf(container, offset) {
    const index = this.#indexes.get(container);
    if (index !== undefined) return this.#starts[index] + offset;
    ruler.setStart(container, offset);
    ruler.collapse(true);
    const behind = this.#first((other) => ruler.comparePoint(this.#nodes[other], 0) >= 0);
    return behind < this.#nodes.length ? this.#starts[behind] : this.text.length;
  }

  /** The unit at a point of the window, or null where there is no text. */
  unitAt(x, y) {
    const place = document.caretPositionFromPoint?.(x, y);
    const node = place?.offsetNode ?? null;
    const range = place ? null : document.caretRangeFromPoint?.(x, y);
    const [container, offset] = range ? [range.startContainer, range.startOffset] : [node, place?.offset];
    if (!this.#indexes.has(container)) return null;
    const unit = this.unitOf(container, offset);
    const isIn = (from) => this.rectOf(from, from + 1)?.right >= x && this.rectOf(from, from + 1)?.left <= x;
    return unit > 0 && !isIn(unit) && isIn(unit - 1) ? unit - 1 : unit; // carets stand between characters
  }

  /** The unit a line below (1) or above (-1) the middle of a piece; null where none is in sight there. */
  unitBeside(start, end, direction) {
    const rect = this.rectOf(start, end);
    if (!rect) return null;
    const line = parseFloat(getComputedStyle(this.#nodes[this.#indexAt(start)].parentElement).lineHeight) || rect.height * 1.6;
    return this.unitAt(rect.left + rect.width / 2, rect.top + rect.height / 2 + direction * line);
  }

  /** The piece of the text between two heights of the window, and a little more. */
  between(top, bottom) {
    const box = (index) => this.#nodes[index].parentElement.getBoundingClientRect();
    const first = this.#first((index) => box(index).bottom >= top);
    const behind = this.#first((index) => box(index).top > bottom);
    if (first >= behind) return [0, 0];
    return [this.#narrow(first, top), this.#narrow(behind - 1, bottom, true)];
  }

  /** The unit of a node at that height; in a node of ordinary length simply its beginning or end. */
  #narrow(index, height, isEnd = false) {
    const node = this.#nodes[index];
    const start = this.#starts[index];
    if (node.length <= LONG_NODE) return isEnd ? start + node.length : start;
    let [low, high] = [0, node.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rectsIn(node, middle, middle + 1)[0]?.bottom ?? 0) < height) low = middle + 1;
      else high = middle;
    }
    return isEnd ? Math.min(start + node.length, start + low + 500) : start + Math.max(0, low - 500);
  }

  #indexAt(unit) {
    return Math.max(0, this.#first((index) => this.#starts[index] > unit) - 1);
  }

  /** The first node for which that holds; it does for all behind it, too. */
  #first(holds) {
    let [low, high] = [0, this.#nodes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function startsOf(nodes, joiner) {
  let start = 0;
  return nodes.map(({ length }) => {
    const here = start;
    start += length + joiner.length;
    return here;
  });
}

function rectsIn(node, from, to) {
  ruler.setStart(node, from);
  ruler.setEnd(node, to);
  return ruler.getClientRects();
}
