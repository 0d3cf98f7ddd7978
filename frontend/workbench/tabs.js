import { uuid } from "./uuid.js";

/**
 * This tab among the tabs of this browser. Each living tab holds a lock named by its id, so that what a closed or crashed
 * one left behind can be told from what another is just sending. Without the Web Locks API (plain http) all others count
 * as gone: then two tabs may send the same entry, which the server recognises by its key.
 */
export class Tab {
  id = uuid();
  #locks;

  constructor(locks = globalThis.navigator?.locks) {
    this.#locks = locks;
    locks?.request(lockName(this.id), () => new Promise(() => {}));
  }

  /** Ids of the tabs that are alive, this one included. */
  async living() {
    const held = this.#locks ? (await this.#locks.query()).held : [];
    return new Set([this.id, ...held.map(({ name }) => name.replace(lockName(""), ""))]);
  }

  /** Run `work` while no other tab runs it. */
  alone(name, work) {
    return this.#locks ? this.#locks.request(`workbench-${name}`, work) : work();
  }
}

function lockName(id) {
  return `workbench-tab-${id}`;
}
