/**
 * A text and its two ways of counting: UTF-16 units, as the browser counts, and Unicode code points, as the API does. Built once
 * a text; a conversion is a search among the characters that take two units, and free where there are none.
 */
export class CodePoints {
  #pairs; // the unit at which each surrogate pair begins, in order

  constructor(text) {
    this.text = text;
    this.#pairs = Uint32Array.from(text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g), ({ index }) => index);
  }

  /** How many code points stand before a unit; the middle of a pair counts as its beginning. */
  toPoint(unit) {
    return unit - this.#count((index) => this.#pairs[index] < unit);
  }

  /** The unit at which that code point begins. */
  toUnit(point) {
    return point + this.#count((index) => this.#pairs[index] - index < point);
  }

  /** The text between two code points. */
  slice(start, end) {
    return this.text.slice(this.toUnit(start), this.toUnit(end));
  }

  /** A part of a span, in wire format, from two units. */
  part(startUnit, endUnit) {
    return { start: this.toPoint(startUnit), end: this.toPoint(endUnit), text: this.text.slice(startUnit, endUnit) };
  }

  /** How many pairs from the first on hold; those that do come first. */
  #count(holds) {
    let low = 0;
    let high = this.#pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
