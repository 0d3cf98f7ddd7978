/**
 * The children of an element, each by a key that says all that is to be seen of it: what stays is left alone, only what is new is
 * made. Most of what is marked stays from act to act.
 */
export class KeyedChildren {
  #made = new Map(); // key -> child

  constructor(parent) {
    this.parent = parent;
  }

  /** `wanted` lists `[key, make]` in order; `make()` gives the child. */
  show(wanted) {
    const made = new Map();
    for (const [key, make] of wanted) if (!made.has(key)) made.set(key, this.#made.get(key) ?? make());
    const gone = [...this.#made].filter(([key]) => !made.has(key));
    if (gone.length === this.#made.size) this.parent.replaceChildren();
    else for (const [, child] of gone) child.remove();
    this.#made = made;
    let place = this.parent.firstElementChild;
    for (const child of made.values()) {
      if (child === place) place = place.nextElementSibling;
      else this.parent.insertBefore(child, place);
    }
  }
}
