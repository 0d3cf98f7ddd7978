import { KeyedChildren } from "../keyed_children.js";
import { part } from "../question_element.js";
import { between, boxesAt, moved, resized } from "./box_form.js";

const A_DRAG = 4; // pixels of the screen: less is a press
const HANDLES = ["tl", "t", "tr", "r", "br", "b", "bl", "l"];

/**
 * Boxes over a picture, and the hand on them. `onDraw(sides)` is told of a box that was drawn, `onPlace(id, sides)` of one that was
 * moved or resized, `onTap(ids)` of the boxes under a press, smallest first; `isHolding()` says whether dragging inside of the selected
 * box draws another one.
 */
export class BoxLayer {
  #items = [];
  #gesture = null; // {from, start, edges, id, isDragged}
  #preview = null; // what the hand is making: {id, sides}
  element = part("div", "box-layer");
  #boxes = new KeyedChildren(this.element);

  constructor({ onDraw, onPlace, onTap, onGrasp, isHolding }) {
    Object.assign(this, { onDraw, onPlace, onTap, onGrasp, isHolding });
    this.element.addEventListener("pointerdown", (event) => this.#grasp(event));
    this.element.addEventListener("pointermove", (event) => this.#drag(event));
    this.element.addEventListener("pointerup", (event) => this.#letGo(event));
    this.element.addEventListener("pointercancel", () => this.cancel());
    this.element.addEventListener("mousedown", (event) => event.preventDefault()); // the keyboard stays where it is
    this.element.addEventListener("dblclick", (event) => event.target !== this.element && event.stopPropagation());
  }

  /** Another task, or another size of the same picture. */
  begin(view, picture) {
    Object.assign(this, { view, picture });
    this.cancel();
    if (this.element.parentElement !== view.element) view.element.append(this.element);
  }

  paint(items) {
    this.#items = items;
    this.draw();
  }

  /** By the CSSOM: the page's policy refuses style attributes. */
  draw() {
    if (!this.view) return;
    const { scale, offset } = this.view;
    const preview = this.#preview;
    const items = this.#items.map((item) => (item.id === preview?.id ? { ...item, ...preview.sides } : item));
    if (preview && !preview.id) items.push({ ...preview.sides, id: "", title: "", colour: 0, isSelected: true });
    this.#boxes.show(items.map((item) => [JSON.stringify([item.id, item.title, item.colour, item.isSelected, item.isSuggested]), () => boxElement(item)]));
    [...this.element.children].forEach((element, index) => {
      const { x, y, width, height } = items[index];
      Object.assign(element.style, { transform: `translate(${x * scale + offset.x}px, ${y * scale + offset.y}px)`, width: `${width * scale}px`, height: `${height * scale}px` });
      element.classList.toggle("at-top", y * scale + offset.y < 18);
    });
  }

  #pointOf({ clientX, clientY }) {
    const { left, top } = this.element.getBoundingClientRect();
    const { scale, offset } = this.view;
    return { x: (clientX - left - offset.x) / scale, y: (clientY - top - offset.y) / scale };
  }

  #grasp(event) {
    if (event.button !== 0) return; // the middle button moves the picture
    event.stopPropagation();
    if (this.#gesture) return this.cancel(); // a second finger: the page is enlarged
    this.onGrasp();
    this.element.setPointerCapture(event.pointerId);
    const from = this.#pointOf(event);
    const selected = this.#items.find(({ isSelected }) => isSelected);
    const edges = event.target.dataset?.edges;
    const isInside = selected && boxesAt([selected], from).length > 0 && !this.isHolding();
    const id = edges || isInside ? selected.id : null;
    this.#gesture = { from, at: [event.clientX, event.clientY], start: selected, edges, id, isDragged: false };
  }

  #drag(event) {
    const gesture = this.#gesture;
    if (!gesture) return;
    gesture.isDragged ||= Math.hypot(event.clientX - gesture.at[0], event.clientY - gesture.at[1]) >= A_DRAG;
    if (!gesture.isDragged) return;
    const point = this.#pointOf(event);
    this.#preview = { id: gesture.id, sides: this.#made(gesture, point) };
    this.draw();
  }

  #made({ from, start, edges, id }, point) {
    if (!id) return between(from, point, this.picture);
    const [across, down] = [point.x - from.x, point.y - from.y];
    const { x, y, width, height } = start;
    return edges ? resized({ x, y, width, height }, edges, across, down, this.picture) : moved({ x, y, width, height }, across, down, this.picture);
  }

  #letGo(event) {
    const [gesture, preview] = [this.#gesture, this.#preview];
    if (!gesture) return;
    this.cancel();
    if (!preview) return this.onTap(boxesAt(this.#items.filter(({ id }) => id), this.#pointOf(event)).map(({ id }) => id));
    if (preview.id) this.onPlace(preview.id, preview.sides);
    else this.onDraw(preview.sides);
  }

  cancel() {
    this.#gesture = null;
    this.#preview = null;
    this.draw();
  }
}

function boxElement({ id, title, colour, isSelected, isSuggested }) {
  const element = part("div", `box option-colour-${colour}`);
  element.dataset.box = id;
  element.classList.toggle("selected", Boolean(isSelected));
  element.classList.toggle("suggested", Boolean(isSuggested));
  if (title) element.append(part("span", "box-tag", { textContent: isSuggested ? `${title} ?` : title, dir: "auto" }));
  if (!isSelected || !id) return element;
  for (const edges of HANDLES) {
    const handle = part("span", `box-handle ${[...edges].map((edge) => `at-${edge}`).join(" ")}`);
    handle.dataset.edges = edges;
    element.append(handle);
  }
  return element;
}
