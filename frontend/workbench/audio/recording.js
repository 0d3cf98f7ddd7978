/** A sound and its waveform as they are fetched, before they are needed or when they are. */
export class Recording {
  constructor({ address, duration_seconds: seconds }) {
    this.address = address;
    this.givenSeconds = seconds;
    this.sound = Object.assign(new Audio(), { preload: "auto" });
    this.sound.src = `${address}whole`;
    this.waveform = this.#fetchWaveform();
  }

  /** As measured when it was imported, which is what answers count. */
  get seconds() {
    return this.givenSeconds || this.sound.duration || 0;
  }

  get place() {
    return Math.min(this.seconds, this.sound.currentTime);
  }

  set place(seconds) {
    this.sound.currentTime = Math.min(Math.max(0, seconds), this.seconds);
  }

  /** Without one the sound can still be played. */
  async #fetchWaveform() {
    try {
      const answer = await fetch(`${this.address}waveform.json`);
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /** Load nothing more of it. */
  end() {
    this.sound.pause();
    this.sound.removeAttribute("src");
    this.sound.load();
  }
}
