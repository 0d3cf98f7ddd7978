/**
 * Places in the text of pages, in UTF-16 units, and the same places in the document: what `TextMap` is for a text that is there as a
 * whole. Pages that are far from the window hold no words; a place on such a page counts as where the page stands.
 */
export class PageMap {
  #pages;

  constructor(text, pages) {
    this.text = text;
    this.#pages = pages;
  }

  /** Whether that place can be seen, once it is scrolled to. */
  isDrawn(unit) {
    return this.#pageAt(unit)?.isDrawn ?? false;
  }

  ranges(start, end) {
    return this.#between(start, end).flatMap(({ map }) => map.ranges(start, end));
  }

  rectsOf(start, end) {
    return this.#between(start, end).flatMap(({ map }) => map.rectsOf(start, end));
  }

  rectOf(start, end) {
    return this.rectsOf(start, end)[0] ?? this.#pageAt(start)?.element.getClientRects()[0] ?? null;
  }

  /** Mark a piece as the page's selection; nothing is marked where it is not drawn. */
  select(start, end) {
    const ranges = this.ranges(start, end);
    if (ranges.length === 0) return getSelection().removeAllRanges();
    const [first, last] = [ranges[0], ranges.at(-1)];
    getSelection().setBaseAndExtent(first.startContainer, first.startOffset, last.endContainer, last.endOffset);
  }

  unitsOf({ startContainer, startOffset, endContainer, endOffset }) {
    return [this.unitOf(startContainer, startOffset), this.unitOf(endContainer, endOffset)];
  }

  /** The place of a point of the document; one outside the text counts as the next place in it. */
  unitOf(container, offset) {
    const page = this.#pages.find(({ element }) => element.contains(container));
    if (page) return Math.min(page.map.unitOf(container, offset), page.end);
    const point = document.createRange();
    point.setStart(container, offset);
    return this.#pages.find(({ element }) => point.comparePoint(element, 0) >= 0)?.start ?? this.text.length;
  }

  unitAt(x, y) {
    const page = this.#pages.find(({ element }) => holds(element.getBoundingClientRect(), x, y));
    return page?.map.unitAt(x, y) ?? null;
  }

  /** The unit below (1) or above (-1) the middle of a piece, on the nearest line that has words there. */
  unitBeside(start, end, direction) {
    const index = this.#pages.indexOf(this.#pageAt(start));
    const word = this.#pages[index]?.words.findLast((one) => one.start <= start);
    if (!word?.box) return null;
    const { x, y, width, height } = word.box;
    const middle = x + width / 2;
    const beside = this.#pages[index].words.filter(({ box }) => direction * (box.y + box.height / 2 - y - height / 2) > height * 0.6);
    const next = this.#pages[index + direction];
    const near = beside.length > 0 || !next ? beside : next.words.filter(({ box }) => box);
    if (near.length === 0) return next?.text.trim() ? (direction > 0 ? next.start : next.start + next.text.trimEnd().length - 1) : null;
    const line = direction > 0 ? Math.min(...near.map(({ box }) => box.y)) : Math.max(...near.map(({ box }) => box.y));
    const onLine = near.filter(({ box }) => Math.abs(box.y - line) < box.height * 0.6);
    const away = ({ box }) => Math.max(box.x - middle, middle - box.x - box.width, 0);
    return onLine.reduce((best, one) => (away(one) < away(best) ? one : best)).start;
  }

  /** The piece of the text between two heights of the window: from the first to the last of the words that are drawn there. */
  between(top, bottom) {
    const found = this.#pages.flatMap((page) => {
      const rect = page.element.getBoundingClientRect();
      if (rect.bottom < top || rect.top > bottom || rect.height === 0) return [];
      const scale = page.height / rect.height;
      const inPoints = (height) => (height - rect.top) * scale;
      const words = page.element.classList.contains("as-text") ? page.words : page.wordsBetween(inPoints(top), inPoints(bottom));
      return words.map(({ start, node }) => [start, start + node.length]);
    });
    if (found.length === 0) return [0, 0];
    return [found.reduce((least, [start]) => Math.min(least, start), Infinity), found.reduce((most, [, end]) => Math.max(most, end), 0)];
  }

  #between(start, end) {
    return this.#pages.filter((page) => page.isDrawn && page.start < end && page.end > start);
  }

  #pageAt(unit) {
    return this.#pages.findLast((page) => page.start <= unit) ?? null;
  }
}

function holds({ left, right, top, bottom }, x, y) {
  return left <= x && x <= right && top <= y && y <= bottom;
}
