/**
 * What questions see of a sound in which they mark stretches: its length and where it is, in seconds, and the waveform that they draw over.
 * `watch(listener)` is told when the sound moves on, or another part of it is seen; with the next sound nobody watches any more.
 */
export class Timeline {
  #watchers = new Set();

  /** `field` is the audio field. */
  constructor(field, pointing) {
    Object.assign(this, { field, pointing });
  }

  get seconds() {
    return this.field.seconds;
  }

  get place() {
    return this.field.place;
  }

  get wave() {
    return this.field.wave;
  }

  play(start, end) {
    this.field.playOnly(start, end);
  }

  seek(seconds) {
    this.field.seek(seconds);
  }

  /** What the pointer does on the waveform is this one's from now on; see `Pointing`. */
  hold(marker) {
    this.pointing.marker = marker;
  }

  watch(listener) {
    this.#watchers.add(listener);
  }

  tell() {
    for (const listener of this.#watchers) listener();
  }

  end() {
    this.#watchers.clear();
    this.pointing.marker = null;
  }
}
