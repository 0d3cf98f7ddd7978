/** What a person has chosen about covered content: for a session of the browser, a person and a project, on every page alike. */
export class CoverMemory {
  #noted = new Map(); // for a browser that keeps nothing

  constructor(scope, store = globalThis.sessionStorage) {
    Object.assign(this, { scope, store });
  }

  get keepsShowing() {
    return this.recall("keep-showing") === "yes";
  }

  set keepsShowing(isKept) {
    this.note("keep-showing", isKept ? "yes" : "");
  }

  recall(name) {
    try {
      return this.store.getItem(`workbench-${name}:${this.scope}`);
    } catch {
      return this.#noted.get(name) ?? null;
    }
  }

  note(name, value) {
    this.#noted.set(name, value);
    try {
      this.store.setItem(`workbench-${name}:${this.scope}`, value);
    } catch {
      // it holds for this page
    }
  }
}
