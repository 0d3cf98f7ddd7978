import { part } from "../question_element.js";
import { fittingScale, nextStep, placed, zoomedAt } from "./zoom.js";

const PIXELS_SHOW = 3; // from this scale on each pixel is a square
const PAN_SHARE = 0.25; // of the box, for each press of an arrow key
const WHEEL_FACTOR = 1.0015;

/** A box with a picture in it, whole or enlarged. `onChange` is told when another part or size of it is seen. */
export class ImageView {
  #size = { width: 1, height: 1 }; // pixels of the picture
  #step = 1; // 1: as large as fits
  #offset = { x: 0, y: 0 };
  #dragged = null;
  element = part("div", "image-view");
  isDrawnOn = false; // whether dragging draws, so that a wheel or the middle button moves the picture

  constructor(onChange) {
    this.onChange = onChange;
    this.watch = new ResizeObserver(() => this.#draw());
    this.element.addEventListener("pointerdown", (event) => this.#grasp(event));
    this.element.addEventListener("pointermove", (event) => this.#drag(event));
    for (const type of ["pointerup", "pointercancel"]) this.element.addEventListener(type, () => this.#letGo());
    this.element.addEventListener("dblclick", (event) => this.#zoomTo(this.isEnlarged ? 1 : 3, this.#pointOf(event)));
    this.element.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
  }

  begin() {
    this.watch.observe(this.element);
  }

  end() {
    this.watch.disconnect();
  }

  show(picture, { width, height }) {
    this.picture?.remove();
    this.picture = picture;
    this.#size = { width, height };
    this.element.prepend(picture);
    this.fit();
  }

  fit() {
    this.#step = 1;
    this.#draw();
  }

  get isEnlarged() {
    return this.#step > 1;
  }

  /** Pixels on screen for each pixel of the picture. */
  get scale() {
    return fittingScale(this.#size, this.#box) * this.#step;
  }

  /** Where the picture's left upper corner is, in pixels of the screen from that of the box. */
  get offset() {
    return this.#offset;
  }

  /** The part of the picture that is seen, in its own pixels. */
  get seen() {
    const [{ x, y }, { width, height }, { scale }] = [this.#offset, this.#box, this];
    const [left, top] = [Math.max(0, -x / scale), Math.max(0, -y / scale)];
    return { x: left, y: top, width: Math.min(this.#size.width, (width - x) / scale) - left, height: Math.min(this.#size.height, (height - y) / scale) - top };
  }

  /** Move the picture so that a place in it, in its own pixels, is seen. */
  reveal({ x, y, width, height }) {
    const { scale } = this;
    const along = (offset, start, length, room) => {
      if (start * scale + offset < 0 || length * scale > room) return -start * scale;
      return Math.min(offset, room - (start + length) * scale);
    };
    this.#moveTo({ x: along(this.#offset.x, x, width, this.#box.width), y: along(this.#offset.y, y, height, this.#box.height) });
  }

  zoomBy(direction) {
    const { width, height } = this.#box;
    this.#zoomTo(nextStep(this.#step, direction), { x: width / 2, y: height / 2 });
  }

  /** Show more of what lies to the left (1, 0), above (0, 1) and so on. */
  panBy(across, down) {
    const { width, height } = this.#box;
    this.#moveTo({ x: this.#offset.x + across * width * PAN_SHARE, y: this.#offset.y + down * height * PAN_SHARE });
  }

  get #box() {
    return { width: this.element.clientWidth || 1, height: this.element.clientHeight || 1 };
  }

  #zoomTo(step, point) {
    const factor = step / this.#step;
    this.#step = step;
    this.#moveTo(zoomedAt(this.#offset, factor, point));
  }

  #moveTo(offset) {
    this.#offset = offset;
    this.#draw();
  }

  /** By the CSSOM: the page's policy refuses style attributes. */
  #draw() {
    if (!this.picture) return;
    const { scale } = this;
    const size = { width: this.#size.width * scale, height: this.#size.height * scale };
    this.#offset = placed(this.#offset, size, this.#box);
    Object.assign(this.picture.style, { width: `${size.width}px`, height: `${size.height}px`, transform: `translate(${this.#offset.x}px, ${this.#offset.y}px)` });
    this.picture.classList.toggle("shows-pixels", scale >= PIXELS_SHOW);
    this.onChange();
  }

  #pointOf({ clientX, clientY }) {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  #grasp(event) {
    if (event.button !== (this.isDrawnOn ? 1 : 0) || !this.isEnlarged) return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.#dragged = { from: this.#pointOf(event), offset: this.#offset };
  }

  #drag(event) {
    if (!this.#dragged) return;
    const { from, offset } = this.#dragged;
    const { x, y } = this.#pointOf(event);
    this.#moveTo({ x: offset.x + x - from.x, y: offset.y + y - from.y });
  }

  #letGo() {
    this.#dragged = null;
  }

  /** With ctrl, as browsers enlarge, or by pinching on a touch pad; else the page scrolls, or a picture that dragging draws on. */
  #turn(event) {
    const isZooming = event.ctrlKey || event.metaKey;
    if (!isZooming && !(this.isDrawnOn && this.isEnlarged)) return;
    event.preventDefault();
    if (!isZooming) return this.#moveTo({ x: this.#offset.x - event.deltaX, y: this.#offset.y - event.deltaY });
    const step = Math.min(16, Math.max(1, this.#step * WHEEL_FACTOR ** -event.deltaY));
    this.#zoomTo(step, this.#pointOf(event));
  }
}
