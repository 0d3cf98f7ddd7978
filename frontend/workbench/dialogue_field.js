import { fieldKinds } from "./kinds.js";
import { part } from "./question_element.js";
import { findWords } from "./word_marks.js";

const HIGHLIGHT = "suggestion-words";

/** A conversation: turns with who speaks and, where it is known, when. Their texts, joined by line feeds, are what offsets count. */
export class DialogueField extends HTMLElement {
  #speakers = new Map();
  #texts = [];

  set field({ name, title, speakers = [] }) {
    this.fieldName = name;
    this.#speakers = new Map(speakers.map((speaker) => [speaker.name, speaker]));
    if (title) this.setAttribute("aria-label", title);
  }

  set value(turns) {
    this.#texts = (turns ?? []).map(({ text }) => document.createTextNode(text));
    const sides = this.#sides(turns ?? []);
    this.replaceChildren(...(turns ?? []).map((turn, index) => this.#turn(turn, index, sides)));
  }

  get textNodes() {
    return this.#texts;
  }

  get joiner() {
    return "\n";
  }

  set marks(words) {
    if (!globalThis.CSS?.highlights) return;
    const found = words.length === 0 ? [] : this.#texts.flatMap((node) => findWords(node.data, words).map(([start, end]) => ({ node, start, end })));
    const ranges = found.map(({ node, start, end }) => new StaticRange({ startContainer: node, startOffset: start, endContainer: node, endOffset: end }));
    CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
  }

  #turn({ speaker, time }, index, sides) {
    const title = this.#speakers.get(speaker)?.title ?? speaker;
    const who = part("p", "turn-who", {}, part("span", "turn-speaker", { textContent: title, dir: "auto" }));
    if (time) who.append(part("span", "turn-time", { textContent: time }));
    const text = part("p", "turn-text", { dir: "auto" }, this.#texts[index]);
    return part("div", `turn ${sides.get(speaker)}`, {}, who, text);
  }

  /** Where the turns of each stand: as the schema says, else the second who speaks stands across from the first. */
  #sides(turns) {
    const names = [...new Set(turns.map(({ speaker }) => speaker))];
    return new Map(names.map((name, index) => [name, this.#speakers.get(name)?.side ?? (index % 2 === 0 ? "left" : "right")]));
  }
}

fieldKinds.register("dialogue", DialogueField);
