import { nextSpeed, SPEEDS, stepOf, timeOf } from "./audio/clock.js";
import { Pointing } from "./audio/pointing.js";
import { Recording } from "./audio/recording.js";
import { SoundBar } from "./audio/sound_bar.js";
import { Timeline } from "./audio/timeline.js";
import { Waveform } from "./audio/waveform.js";
import { keymap } from "./keymap.js";
import { fieldKinds } from "./kinds.js";
import { remember, remembered } from "./panels.js";
import { part } from "./question_element.js";
import { isPlainPress, keyMeant } from "./shortcuts.js";

const MOST_PREPARED = 4; // sounds that wait for their turn
const FAILED = "The sound could not be loaded.";
const EXAMPLE = { low: [-9, -40, -90, -60, -30, -12, -70, -30, -9], high: [9, 44, 96, 52, 28, 14, 66, 34, 9] };

/**
 * A sound with its waveform: played, sought in, slower, faster and again and again by keys, pointer or finger. It begins by itself only
 * where the person has chosen that. Who does it all by keys never has to leave the question. Questions that mark stretches of it do so
 * on its `timeline`.
 */
export class AudioField extends HTMLElement {
  #prepared = new Map(); // address -> recording, fetched before it is shown
  #recording = null;
  #isDue = false; // whether this one is to begin by itself as soon as it may be heard
  #frame = 0;
  #only = null; // the stretch {start, end} that is played now, instead of all
  #exampleSeconds = 0;
  #speed = SPEEDS.find((speed) => speed === Number(remembered("sound-speed", 1))) ?? 1;
  #isLooping = false;
  #beginsByItself = remembered("sound-begins", "no") === "yes";
  #acts = {
    "audio.play": () => this.playOrPause(),
    "audio.back": () => this.#seekBy(-1),
    "audio.forward": () => this.#seekBy(1),
    "audio.slower": () => this.#changeSpeed(-1),
    "audio.faster": () => this.#changeSpeed(1),
    "audio.loop": () => this.#loop(),
  };
  wave = new Waveform({ step: () => this.#step, onSeek: (seconds) => this.seek(seconds), onView: () => this.timeline?.tell() });
  timeline = new Timeline(this, new Pointing(this.wave, (seconds) => this.seek(seconds)));
  bar = new SoundBar(this.#acts, () => this.#beginOrNot());
  said = part("span", "visually-hidden", { role: "status" });
  note = part("p", "notice warning audio-notice", { hidden: true, role: "status" });
  watch = new MutationObserver(() => this.#look());

  connectedCallback() {
    if (!this.note.isConnected) this.append(this.wave.frame, this.bar.element, this.said, this.note);
    document.addEventListener("keydown", this.#press, { capture: true });
    addEventListener("keydown", this.#pressLate);
    this.watch.observe(this, { attributeFilter: ["inert", "hidden"] });
    this.wave.begin();
    this.#tell();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#press, { capture: true });
    removeEventListener("keydown", this.#pressLate);
    this.watch.disconnect();
    this.wave.end();
    this.#recording?.sound.pause();
  }

  set field({ title, name }) {
    if (title) this.setAttribute("aria-label", title);
    this.wave.element.ariaLabel = `Place in ${title || name}`;
  }

  set value(value) {
    this.timeline.end();
    this.#load(value);
  }

  #load(value) {
    this.#recording?.end();
    this.#recording = null;
    this.#only = null;
    this.note.hidden = true;
    this.bar.tell({ name: value?.name ?? "" });
    this.shownAddress = value?.address ?? "";
    this.#isDue = false;
    if (!value?.address) this.#showExample(value); // the editor's preview
    else this.#show(value);
    this.#tell();
  }

  set marks(words) {}

  /** Fetch what comes later. */
  prepare(value) {
    if (!value.address || this.#prepared.has(value.address) || this.#recording?.address === value.address) return;
    this.#prepared.set(value.address, new Recording(value));
    while (this.#prepared.size > MOST_PREPARED) {
      const [oldest, recording] = this.#prepared.entries().next().value;
      recording.end();
      this.#prepared.delete(oldest);
    }
  }

  async #show(value) {
    const recording = this.#prepared.get(value.address) ?? new Recording(value);
    this.#prepared.delete(value.address);
    this.#recording = recording;
    const { sound } = recording;
    for (const type of ["play", "pause", "seeked", "durationchange", "ended", "timeupdate"]) sound.addEventListener(type, () => this.#tell(recording));
    sound.addEventListener("error", () => this.#failed(value, recording));
    if (sound.error) this.#failed(value, recording); // while it was prepared
    Object.assign(sound, { loop: this.#isLooping, defaultPlaybackRate: this.#speed, playbackRate: this.#speed });
    this.wave.show(null, recording.seconds);
    this.#isDue = this.#beginsByItself;
    requestAnimationFrame(() => this.#look()); // until then it may yet be covered
    const shown = await recording.waveform;
    if (recording === this.#recording) this.wave.show(shown, recording.seconds);
  }

  #showExample(value) {
    this.#exampleSeconds = value?.duration_seconds ?? 0;
    this.wave.show(value ? EXAMPLE : null, this.#exampleSeconds);
    this.wave.place = 0;
  }

  /** How long it is, as answers count. */
  get seconds() {
    return this.#recording ? this.#recording.seconds : this.#exampleSeconds;
  }

  get place() {
    return this.#recording?.place ?? 0;
  }

  get #isMeant() {
    return !this.hidden && !this.inert && this.checkVisibility();
  }

  get #step() {
    return stepOf(this.#recording?.seconds ?? 0);
  }

  /** What is covered or gone is silent; what may be heard now begins where it is due. */
  #look() {
    if (!this.#isMeant) return this.#recording?.sound.pause();
    if (this.#isDue) this.#play();
    this.#isDue = false;
  }

  async #play() {
    const recording = this.#recording;
    try {
      await recording?.sound.play();
    } catch (problem) {
      if (problem.name === "NotSupportedError") this.note.hidden = false; // the browser waits for a first press: nothing to say
    }
  }

  playOrPause() {
    this.#only = null;
    if (this.#recording?.sound.paused) this.#play();
    else this.#recording?.sound.pause();
  }

  /** Play from `start` to `end`, again and again where that is how sounds are played now; once more stops it. */
  playOnly(start, end) {
    if (!this.#recording) return;
    const isPlayed = this.#only?.start === start && this.#only.end === end && !this.#recording.sound.paused;
    this.#only = isPlayed ? null : { start, end };
    if (isPlayed) return this.#recording.sound.pause();
    this.#recording.place = start;
    this.#play();
  }

  seek(seconds) {
    if (!this.#recording) return;
    this.#only = null;
    this.#recording.place = seconds;
    this.#tell();
  }

  #seekBy(direction) {
    if (this.#recording) this.seek(this.#recording.place + direction * this.#step);
  }

  #changeSpeed(direction) {
    this.#speed = nextSpeed(this.#speed, direction);
    remember("sound-speed", this.#speed);
    const sound = this.#recording?.sound;
    if (sound) Object.assign(sound, { defaultPlaybackRate: this.#speed, playbackRate: this.#speed });
    this.said.textContent = `Speed ${this.#speed}`;
    this.#tell();
  }

  #loop() {
    this.#isLooping = !this.#isLooping;
    if (this.#recording) this.#recording.sound.loop = this.#isLooping;
    this.said.textContent = this.#isLooping ? "Again and again" : "Once";
    this.#tell();
  }

  #beginOrNot() {
    this.#beginsByItself = !this.#beginsByItself;
    remember("sound-begins", this.#beginsByItself ? "yes" : "no");
    this.#tell();
  }

  #failed(value, recording) {
    if (recording !== this.#recording) return;
    const again = part("button", "button small", { type: "button", textContent: "Try again" });
    again.addEventListener("click", () => this.#load(value));
    this.note.replaceChildren(`${FAILED} `, again);
    this.note.hidden = false;
  }

  /** A stretch that is played alone ends where it ends. */
  #keepWithin({ sound, place }) {
    if (!this.#only || sound.paused || sound.seeking || place < this.#only.end) return;
    const { start, end } = this.#only;
    if (!this.#isLooping) sound.pause();
    sound.currentTime = this.#isLooping ? start : end;
    if (!this.#isLooping) this.#only = null;
  }

  /** Where it is, and how it is played. */
  #tell(of = this.#recording) {
    const recording = this.#recording;
    if (of !== recording) return;
    if (recording) this.#keepWithin(recording);
    const isPlaying = Boolean(recording && !recording.sound.paused && !recording.sound.ended);
    const { place, seconds } = this;
    if (recording) this.wave.place = place;
    this.classList.toggle("is-playing", isPlaying);
    this.bar.tell({
      play: isPlaying ? "Pause" : "Play",
      time: `${timeOf(place, seconds)} / ${timeOf(seconds)}`,
      speed: `${this.#speed} ×`,
      back: `−${this.#step} s`,
      forward: `+${this.#step} s`,
    });
    this.bar.press({ isLooping: this.#isLooping, beginsByItself: this.#beginsByItself, isThere: Boolean(recording) });
    this.timeline.tell();
    cancelAnimationFrame(this.#frame);
    if (!isPlaying) return;
    if (!this.#isMeant) return recording.sound.pause();
    this.#frame = requestAnimationFrame(() => this.#tell());
  }

  /** Named keys and those with Shift, before the page takes them without it for itself; larger text is a larger waveform, too. */
  #press = (event) => {
    this.#actOn(event, (key) => key.startsWith("Shift+") || key.length > 1);
    if (event.defaultPrevented || !isPlainPress(event) || !this.#isMeant) return;
    const direction = { [keymap.keyOf("larger")]: 1, [keymap.keyOf("smaller")]: -1 }[keyMeant(event)];
    if (direction) this.wave.zoom(direction);
  };

  /** What an option has taken for its key does not come here. */
  #pressLate = (event) => this.#actOn(event, (key) => key.length === 1);

  #actOn(event, isMine) {
    if (!isPlainPress(event) || !this.#recording || !this.#isMeant) return;
    const key = keyMeant(event, this.actions.map((name) => keymap.keyOf(name)));
    const name = isMine(key) && this.actions.find((one) => keymap.keyOf(one) === key);
    if (!name || (key.length === 1 && remembered("keys", "on") !== "on")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat || name === "audio.back" || name === "audio.forward") this.#acts[name]();
  }

  get actions() {
    return keymap.toolsOf("audio");
  }

  /** The person has chosen other keys. */
  giveKeys() {
    this.bar.giveKeys();
  }
}

fieldKinds.register("audio", AudioField);
