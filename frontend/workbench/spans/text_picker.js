/**
 * Which words a person means: by dragging, double click, a long press on glass, or by keys that move from token to token. What is
 * picked are always whole tokens, `[start, end]` in units, and is the page's selection, too, so that one sees and hears it.
 *
 * `onPick(isDone)` is told of each new pick (`isDone`: the pointer was lifted), `onTap(unit, isTouch)` of a click on the text.
 */
export class TextPicker {
  picked = null;
  isByKeys = false;
  #anchor = null; // tokens between which the keys' pick stretches
  #head = null;
  #pointer = "mouse";

  constructor({ onPick, onTap }) {
    Object.assign(this, { onPick, onTap });
    document.addEventListener("selectionchange", () => this.look());
    document.addEventListener("pointerdown", ({ pointerType }) => (this.#pointer = pointerType), { passive: true });
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  show(field, map, tokens) {
    Object.assign(this, { field, map, tokens, picked: null });
    this.#anchor = this.#head = null;
  }

  clear() {
    if (this.picked && !this.isByKeys) getSelection().removeAllRanges();
    this.picked = null;
  }

  /** Nothing is picked, but keys go on from that unit. */
  stand(unit) {
    this.clear();
    const token = this.isByKeys ? this.tokens.next(unit) : null;
    if (!token) return;
    this.#anchor = this.#head = token;
    this.map.select(...token);
  }

  /** From now on keys move a pick; it begins at that unit. */
  begin(unit) {
    this.isByKeys = true;
    const token = this.tokens.next(unit) ?? this.tokens.previous(unit);
    if (token) this.#take(token, token);
  }

  stop() {
    this.isByKeys = false;
    this.clear();
    getSelection().removeAllRanges();
  }

  /** One token further (1) or back (-1); `extend` leaves the other end where it is. */
  move(direction, extend = false) {
    const [start, end] = this.#head ?? [0, 0];
    const token = direction > 0 ? this.tokens.next(end) : this.tokens.previous(start);
    if (token) this.#take(extend ? this.#anchor : token, token);
  }

  /** The same on the next line (1) or the one before. */
  moveLine(direction, extend = false) {
    if (!this.#head) return;
    const unit = this.map.unitBeside(...this.#head, direction);
    const token = unit === null ? null : this.#near(unit);
    if (!token || token[0] === this.#head[0]) return this.move(direction, extend);
    this.#take(extend ? this.#anchor : token, token);
  }

  /** Pick these units, widened to whole tokens. */
  take(start, end) {
    const snapped = this.tokens.snap(start, end);
    if (!snapped) return;
    this.#take(this.tokens.at(snapped[0]), this.tokens.at(snapped[1] - 1));
  }

  #near(unit) {
    const token = this.tokens.at(Math.min(unit, this.map.text.length - 1));
    return token && this.tokens.isBlank(token) ? (this.tokens.previous(unit) ?? this.tokens.next(unit)) : token;
  }

  #take(anchor, head) {
    this.#anchor = anchor;
    this.#head = head;
    this.picked = this.tokens.trimmed(Math.min(anchor[0], head[0]), Math.max(anchor[1], head[1]));
    this.map.select(...this.picked);
    this.onPick(false);
  }

  /** What is marked on the page, as whole tokens; null where it is not in this field. */
  #marked() {
    const selection = getSelection();
    if (!this.field || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!this.field.contains(range.startContainer) && !this.field.contains(range.endContainer)) return null;
    return this.tokens.snap(...this.map.unitsOf(range));
  }

  /** Take what is marked on the page now: a key may be faster than the page's word about it. */
  look() {
    const marked = this.#marked();
    if (!marked || (this.picked && marked[0] === this.picked[0] && marked[1] === this.picked[1])) return;
    if (this.isByKeys && this.picked === null && this.#head && marked[0] <= this.#head[0] && marked[1] >= this.#head[1]) return; // where the keys stand
    this.picked = marked;
    this.#anchor = this.tokens.at(marked[0]);
    this.#head = this.tokens.at(marked[1] - 1);
    this.onPick(false);
  }

  #clicked({ target, clientX, clientY, detail }) {
    if (!this.field || detail === 0 || !(this.field.contains(target) || target.contains(this.field))) return;
    const marked = this.#marked();
    if (marked) {
      this.picked = marked;
      if (this.#pointer === "mouse") this.map.select(...marked); // show the whole words
      return this.onPick(true);
    }
    this.picked = null;
    const unit = this.field.contains(target) ? this.map.unitAt(clientX, clientY) : null;
    if (unit !== null) this.onTap(unit, this.#pointer !== "mouse");
  }
}
