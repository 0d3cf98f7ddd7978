import { part } from "../question_element.js";
import { barsOf, timeInWords } from "./clock.js";
import { following, zoomed } from "./view.js";

const BAR = 2; // CSS pixels
const GAP = 1;
const LEAST = 1; // height of a bar where nothing is heard
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/**
 * A waveform on which one sees and chooses a place: a slider for keys and for who hears it read. `onSeek(seconds)` is told. It shows the
 * whole sound or, closer, a part of it; `onView` hears of another part or size. What is laid over it goes into `frame`.
 */
export class Waveform {
  #shown = null; // { low, high }
  #bars = [];
  #seconds = 0;
  #place = 0;
  #pen = null;
  view = { from: 0, to: 0 };
  element = part("div", "waveform", { role: "slider", tabIndex: 0, ariaLabel: "Place in the sound", ariaValueMin: "0" });
  canvas = part("canvas");
  frame = part("div", "waveform-frame", {}, this.element);

  constructor({ step, onSeek, onView }) {
    Object.assign(this, { step, onSeek, onView });
    this.element.append(this.canvas);
    this.size = new ResizeObserver(() => this.#lay());
    this.theme = new MutationObserver(() => this.#lay());
    this.system = matchMedia("(prefers-color-scheme: dark)");
    this.element.addEventListener("keydown", (event) => this.#press(event));
  }

  begin() {
    this.size.observe(this.element);
    this.theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.system.addEventListener("change", this.#lay);
  }

  end() {
    this.size.disconnect();
    this.theme.disconnect();
    this.system.removeEventListener("change", this.#lay);
  }

  show(shown, seconds) {
    this.#shown = shown;
    if (seconds !== this.#seconds || !shown) this.view = { from: 0, to: seconds };
    this.#seconds = seconds;
    this.element.ariaValueMax = String(Math.round(seconds * 10) / 10);
    this.#lay();
  }

  set place(seconds) {
    this.#place = seconds;
    this.element.ariaValueNow = String(Math.round(seconds * 10) / 10);
    this.element.ariaValueText = `${timeInWords(seconds)} of ${timeInWords(this.#seconds)}`;
    this.#look(following(this.view, seconds, this.#seconds));
    this.#draw();
  }

  /** Closer (1) or farther (-1), around where the sound is. */
  zoom(direction) {
    this.#look(zoomed(this.view, direction, this.#place, this.#seconds));
  }

  /** The moment under a pointer, which may be beside the waveform. */
  timeAt(clientX) {
    const { left, width } = this.element.getBoundingClientRect();
    const { from, to } = this.view;
    return Math.min(this.#seconds, Math.max(0, from + ((clientX - left) / (width || 1)) * (to - from)));
  }

  /** How many seconds these many pixels are. */
  secondsOf(pixels) {
    return (pixels / (this.element.clientWidth || 1)) * (this.view.to - this.view.from);
  }

  #look(view) {
    if (view.from === this.view.from && view.to === this.view.to) return;
    this.view = view;
    this.#lay();
  }

  /** For another size, theme or part. The colours are looked up here, for a canvas knows no custom properties. */
  #lay = () => {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    Object.assign(this.canvas, { width: Math.round(width * devicePixelRatio), height: Math.round(height * devicePixelRatio) });
    const { color: rest, caretColor: played, fontSize } = getComputedStyle(this.canvas);
    this.#pen = { width, height, rest, played, fontSize };
    const count = Math.max(1, Math.floor(width / (BAR + GAP)));
    const shares = this.#seconds ? { from: this.view.from / this.#seconds, to: this.view.to / this.#seconds } : {};
    this.#bars = this.#shown ? barsOf(this.#shown, count, shares) : [];
    this.#draw();
    this.onView();
  };

  #draw() {
    if (!this.#pen) return;
    const { width, height, rest, played } = this.#pen;
    const ink = this.canvas.getContext("2d");
    ink.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    ink.clearRect(0, 0, width, height);
    const middle = height / 2;
    const { from, to } = this.view;
    const here = to > from ? ((this.#place - from) / (to - from)) * width : 0;
    const bars = this.#bars.length > 0 ? this.#bars : [[0, 0]];
    this.#bars.forEach(([low, high], index) => {
      const left = (index * width) / bars.length;
      const top = middle - high * (middle - 2);
      ink.fillStyle = left < here ? played : rest;
      ink.fillRect(left, top, BAR, Math.max(LEAST, middle - low * (middle - 2) - top));
    });
    ink.fillStyle = played;
    ink.fillRect(Math.min(width - BAR, Math.max(0, here - BAR / 2)), 0, BAR, height);
  }

  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const far = { PageUp: 10, PageDown: -10 }[event.key];
    if (STEPS[event.key] || far) this.onSeek(this.#place + (STEPS[event.key] ?? far) * this.step());
    else if (event.key === "Home") this.onSeek(0);
    else if (event.key === "End") this.onSeek(this.#seconds);
    else return;
    event.preventDefault(); // nobody else has to do with it then
    event.stopPropagation();
  }
}
