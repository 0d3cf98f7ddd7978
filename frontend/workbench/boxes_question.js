import { boxForm, moved, resized, standing } from "./boxes/box_form.js";
import { BoxLayer } from "./boxes/box_layer.js";
import { compareBoxes } from "./boxes/comparison.js";
import { questionKinds } from "./kinds.js";
import { RegionsQuestion } from "./regions/regions_question.js";
import { isByTouch, nameOfKeyFor } from "./shortcuts.js";

const STEP = 10; // pixels of the screen, for each press of an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Labelled boxes on a picture: drawn over the image field, by hand or by keys alone. */
export class BoxesQuestion extends RegionsQuestion {
  kind = "boxes";
  noun = "box";
  nouns = "boxes";
  form = boxForm;
  isFine = false; // whether arrow keys go pixel by pixel
  #lastSize = null; // of the box that was drawn last: the next one is often as large
  layer = new BoxLayer({
    onDraw: (sides) => this.draw(sides),
    onPlace: (id, sides) => this.#place(id, sides),
    onTap: (ids) => this.#tapped(ids),
    onGrasp: () => this.isMeant || this.dispatchEvent(new CustomEvent("answer-here", { bubbles: true })),
    isHolding: () => this.held !== null,
  });

  begin(field, value) {
    this.view?.element.classList.remove("drawn-on");
    this.field?.removeEventListener("image-moved", this.#redraw);
    this.field?.arrowTakers.delete(this.#takesArrows);
    this.field = field;
    this.view = field.view;
    this.view.isDrawnOn = true;
    this.view.element.classList.add("drawn-on");
    field.addEventListener("image-moved", this.#redraw);
    field.arrowTakers.add(this.#takesArrows);
    this.layer.begin(this.view, value ?? { width: 1, height: 1 });
  }

  #redraw = () => this.layer.draw();
  #takesArrows = () => this.isMeant && this.editing.selected !== null;

  set isActive(isActive) {
    super.isActive = isActive;
    this.layer.element.classList.toggle("active", isActive);
  }

  paint(items) {
    this.layer.paint(items);
  }

  wordsFor({ x, y, width, height }) {
    return `${Math.round(width)} × ${Math.round(height)} at ${Math.round(x)}, ${Math.round(y)}`;
  }

  compare(answer, others) {
    return compareBoxes(this, answer, others);
  }

  draw(sides) {
    const { width, height } = sides;
    this.#lastSize = { width, height };
    super.draw(sides);
  }

  select(id) {
    super.select(id);
    const box = id && this.editing.find(id);
    if (box && this.view.isEnlarged) this.view.reveal(box);
  }

  #place(id, sides, options) {
    const { width, height } = sides;
    this.#lastSize = { width, height };
    this.editing.place(id, sides, options);
    if (this.view.isEnlarged) this.view.reveal(sides);
  }

  /** A press on the picture: the smallest box there, the next one around it with the next press. */
  #tapped(ids) {
    this.select(ids[(ids.indexOf(this.editing.selected) + 1) % ids.length] ?? null);
  }

  // --- by keys --------------------------------------------------------------------------------------------------------

  get ownActs() {
    return [
      { action: "boxes.add", name: "New box", isOffered: () => Boolean(this.medium), run: () => this.#stand() },
      { action: "boxes.steps", name: "Small steps", isOffered: () => this.editing.selected !== null, isPressed: () => this.isFine, run: () => this.#switchSteps() },
    ];
  }

  get ownKeys() {
    if (this.editing.selected === null) return [];
    return Object.entries(ARROWS).flatMap(([key, direction]) => [
      { key, label: "Move the box", repeats: true, run: () => this.#step(direction, moved) },
      { key: `Shift+${key}`, label: "Make it larger or smaller", repeats: true, run: () => this.#step(direction, (box, ...rest) => resized(box, "br", ...rest)) },
    ]);
  }

  #stand() {
    this.draw(standing(this.view.seen, this.#lastSize, this.editing.all, this.medium));
  }

  #step([across, down], change) {
    const { id, x, y, width, height } = this.editing.find(this.editing.selected);
    const step = this.isFine ? 1 : Math.max(1, Math.round(STEP / this.view.scale));
    this.#place(id, change({ x, y, width, height }, across * step, down * step, this.medium), { isStep: true });
  }

  #switchSteps() {
    this.isFine = !this.isFine;
    this.refresh();
  }

  get movingWords() {
    return isByTouch() ? "Drag it or its corners." : "Arrows move it, with shift they resize it, esc lets go.";
  }

  get usual() {
    if (isByTouch()) return "Tap a label, then drag a box around each.";
    return `Drag a box around each, or ${nameOfKeyFor("boxes.add")} sets one down; a label's key says what it is.`;
  }
}

questionKinds.register("boxes", BoxesQuestion);
