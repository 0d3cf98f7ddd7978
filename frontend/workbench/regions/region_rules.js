/**
 * What is special about regions among marks (see `MarkEditing`). Lists are in wire format and never changed in place.
 *
 * `form` says what is special about a kind of region: `sides` are the names of its numbers, `order(one, other)` is reading order, and
 * `problem(others, region, question)`, where it has such a thing, says in words why one cannot be beside the others.
 */
export class RegionRules {
  #places;

  constructor(question, form) {
    Object.assign(this, { question, form, most: question.most ?? 0 });
    this.#places = new Map(question.options.map(({ value }, place) => [value, place]));
  }

  placeOf(region) {
    return this.form.sides.map((side) => region[side]).join(" ");
  }

  /** What makes two regions the same: label and place. */
  keyOf(region) {
    return `${region.label} ${this.placeOf(region)}`;
  }

  /** In reading order, as the server keeps them. */
  inOrder(regions) {
    return [...regions].sort((one, other) => this.form.order(one, other) || (this.#places.get(one.label) ?? 0) - (this.#places.get(other.label) ?? 0));
  }

  /** The list with one more, or `{problem}` in words. A region of the same id takes the place of the one before. */
  with(regions, region) {
    const others = regions.filter(({ id }) => id !== region.id);
    if (others.some((other) => this.keyOf(other) === this.keyOf(region))) return { problem: "This is marked so already." };
    if (this.most && others.length >= this.most) return { problem: `${this.most} at most: take another one away first.` };
    const problem = this.form.problem?.(others, region, this.question);
    return problem ? { problem } : { marks: this.inOrder([...others, region]) };
  }

  /** The list with several more; those that are there already, or too many, are left out. */
  withAll(regions, added) {
    return added.reduce((all, region) => this.with(all, region).marks ?? all, regions);
  }

  /** A suggested region as an answer: without what only a model says. */
  asAnswer({ id, label, answers, ...rest }) {
    const sides = Object.fromEntries(this.form.sides.map((side) => [side, rest[side]]));
    return { id, label, ...sides, ...(answers ? { answers } : {}) };
  }
}
