import { placeOf } from "../elements/places.js";
import { fieldKinds } from "./kinds.js";
import { part } from "./question_element.js";
import { TextMap } from "./spans/text_map.js";
import { pointOut } from "./word_marks.js";

const JOINER = "\n"; // between the turns, in what offsets count

/** A conversation: turns with who speaks and, where it is known, when. Their texts, joined by line feeds, are what offsets count. */
export class DialogueField extends HTMLElement {
  #speakers = new Map();
  #texts = [];
  #turns = [];

  set field({ name, title, speakers = [] }) {
    this.dataset.quotable = name; // what is marked here can go with a comment (elements/places.js)
    this.#speakers = new Map(speakers.map((speaker) => [speaker.name, speaker]));
    if (title) this.setAttribute("aria-label", title);
  }

  set value(turns) {
    this.#turns = turns ?? [];
    this.#texts = (turns ?? []).map(({ text }) => document.createTextNode(text));
    const sides = this.#sides(turns ?? []);
    const elements = (turns ?? []).map((turn, index) => this.#turn(turn, index, sides));
    this.parts = elements.map((element, index) => ({ id: String(index), element, ...this.#said(turns[index]) }));
    this.replaceChildren(...elements);
  }

  /** What a part is called in a sentence. */
  partName(id, turns) {
    return `${Number(id) + 1} ${this.#titleOf(turns?.[id]?.speaker ?? "")}`.trim();
  }

  get textMap() {
    return new TextMap(this.#texts, { joiner: JOINER });
  }

  set marks(words) {
    pointOut(this, this.#texts, words);
  }

  #turn({ speaker, time }, index, sides) {
    const who = part("p", "turn-who", {}, part("span", "turn-speaker", { textContent: this.#titleOf(speaker), dir: "auto" }));
    if (time) who.append(part("span", "turn-time", { textContent: time }));
    const text = part("p", "turn-text", { dir: "auto" }, this.#texts[index]);
    text.dataset.piece = index;
    return part("div", `turn ${sides.get(speaker)}`, {}, who, text);
  }

  /** Each turn as something that a comment can be about: `{title, place}`; none for one that is too long to quote. */
  get quotes() {
    const joined = this.#texts.map(({ data }) => data).join(JOINER);
    let start = 0;
    return this.#turns.flatMap(({ speaker, text }, index) => {
      const place = placeOf(this.dataset.quotable, joined, start, start + text.length);
      start += text.length + JOINER.length;
      return place ? [{ title: `${index + 1} ${this.#titleOf(speaker)}: ${text}`, place }] : [];
    });
  }

  #said({ speaker, text }) {
    return { speaker, title: `${this.#titleOf(speaker)}: ${text}` };
  }

  #titleOf(speaker) {
    return this.#speakers.get(speaker)?.title ?? speaker;
  }

  /** Where the turns of each stand: as the schema says, else the second who speaks stands across from the first. */
  #sides(turns) {
    const names = [...new Set(turns.map(({ speaker }) => speaker))];
    return new Map(names.map((name, index) => [name, this.#speakers.get(name)?.side ?? (index % 2 === 0 ? "left" : "right")]));
  }
}

fieldKinds.register("dialogue", DialogueField);
