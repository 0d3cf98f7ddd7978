const BLANK = "[\\s\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff]"; // nobody sees these
const ALL_BLANK = new RegExp(`^${BLANK}*$`, "u");
const BLANK_START = new RegExp(`^${BLANK}+`, "u");
const BLANK_END = new RegExp(`${BLANK}+$`, "u");
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const RUNS = {
  word: /[\p{L}\p{N}\p{M}_'’]+|\s+|\P{M}[\p{M}\u{1f3fb}-\u{1f3ff}]*(?:\u200d\P{M}[\p{M}\u{1f3fb}-\u{1f3ff}]*)*/gu,
  grapheme: /\r\n|\P{M}[\p{M}\u{1f3fb}-\u{1f3ff}]*(?:\u200d\P{M}[\p{M}\u{1f3fb}-\u{1f3ff}]*)*/gu,
};
const WINDOW = 200; // units around a place that a browser without Intl.Segmenter looks at

/**
 * The words of a text, or its characters as people see them (`grapheme`); neither ever splits an emoji, a letter from its marks, or
 * a CRLF. Places are UTF-16 units. Nothing is cut up ahead: each question looks at the place it is about.
 */
export class Tokens {
  #segments;

  constructor(text, granularity = "word") {
    this.text = text;
    this.granularity = granularity;
    this.#segments = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity }).segment(text) : null;
  }

  /** The token that holds a unit, `[start, end]`; null past the end. */
  at(unit) {
    if (unit < 0 || unit >= this.text.length) return null;
    if (!this.#segments) return this.#run(unit);
    const { index, segment } = this.#segments.containing(unit);
    return [index, index + segment.length];
  }

  isBlank([start, end]) {
    return ALL_BLANK.test(this.text.slice(start, end));
  }

  isBoundary(unit) {
    return unit <= 0 || unit >= this.text.length || this.at(unit)[0] === unit;
  }

  /** The first token that shows something and begins at or after a unit; null where there is none. */
  next(unit) {
    for (let token = this.at(unit); token; token = this.at(token[1])) if (token[0] >= unit && !this.isBlank(token)) return token;
    return null;
  }

  /** The last such token that ends at or before a unit. */
  previous(unit) {
    for (let token = this.at(unit - 1); token; token = this.at(token[0] - 1)) if (token[1] <= unit && !this.isBlank(token)) return token;
    return null;
  }

  /** A piece without what nobody sees at its ends; characters that are picked one by one are what they are. */
  trimmed(start, end) {
    const text = this.text.slice(start, end);
    if (this.granularity === "grapheme" || ALL_BLANK.test(text)) return [start, end];
    return [start + (BLANK_START.exec(text)?.[0].length ?? 0), end - (BLANK_END.exec(text)?.[0].length ?? 0)];
  }

  /** The whole tokens that a piece of text touches, without blanks at its ends; null where nothing is left. */
  snap(start, end) {
    if (end <= start) return null;
    if (this.granularity === "grapheme") return [this.at(start)[0], this.at(end - 1)[1]];
    const first = this.isBlank(this.at(start)) ? this.next(start) : this.at(start);
    const last = this.isBlank(this.at(end - 1)) ? this.previous(end) : this.at(end - 1);
    return first && last && first[0] < last[1] && first[0] < end && last[1] > start ? this.trimmed(first[0], last[1]) : null;
  }

  /** Where the same string stands in the text, as `[start, end]`, not inside longer words. */
  occurrences(string) {
    const found = [];
    if (!string) return found;
    const isWhole = (start, end) => this.#mayBegin(start) && this.#mayBegin(end);
    for (let start = this.text.indexOf(string); start >= 0; start = this.text.indexOf(string, start + string.length)) {
      if (isWhole(start, start + string.length)) found.push([start, start + string.length]);
    }
    return found;
  }

  /** Can a word begin or end here? Where words are written without spaces it depends on what is read into them: yes. */
  #mayBegin(unit) {
    const around = this.text.slice(Math.max(0, unit - 1), unit + 1);
    return this.isBoundary(unit) || WITHOUT_SPACES.test(around);
  }

  #run(unit) {
    const from = this.text.lastIndexOf("\n", unit - 1) + 1;
    const start = unit - from > WINDOW ? this.text.lastIndexOf(" ", unit - WINDOW) + 1 || from : from;
    for (const { index, 0: run } of this.text.slice(start, unit + WINDOW).matchAll(RUNS[this.granularity])) {
      if (start + index + run.length > unit) return [start + index, start + index + run.length];
    }
    return [unit, unit + 1];
  }
}
