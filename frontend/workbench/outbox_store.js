const DATABASE = "workbench";
const STORE = "outbox";

/**
 * Keeps unsent entries in this browser: in IndexedDB, or in localStorage where there is none (some private windows).
 *
 * Writes are gathered while a transaction is under way, so a burst of answers costs a few transactions and an answer that
 * was acknowledged before its turn costs none. `flushNow` is for the moment the page goes away: it writes what is not yet
 * on disk synchronously to localStorage, where the next `all` finds it.
 */
export class OutboxStore {
  #pending = new Map(); // key -> entry, or null for "delete"
  #writing = null;
  #database = null;
  #opened;
  #local;
  #inLocal = new Set(); // keys that localStorage holds, to be cleared once the database has them

  /** `later()` resolves when the page has time for it. */
  constructor({ scope, indexedDB = globalThis.indexedDB, localStorage = safeLocalStorage(), later = async () => {} }) {
    Object.assign(this, { scope, later });
    this.#local = localStorage;
    this.#opened = open(indexedDB).then((database) => (this.#database = database));
  }

  /** Entries that are in memory only, so far. */
  get unwritten() {
    return [...this.#pending.values()].filter(Boolean).length;
  }

  /** Does anything outlive this page? */
  get isDurable() {
    return Boolean(this.#database ?? this.#local);
  }

  put(entry) {
    return this.#change(entry.key, entry);
  }

  delete(key) {
    return this.#change(key, null);
  }

  /** When all that was put so far is written, as far as it can be. */
  settled() {
    return this.#writing ?? Promise.resolve();
  }

  /** All entries of this person and project, oldest first. */
  async all() {
    await this.#opened;
    const kept = this.#database ? await requested(this.#store("readonly").getAll()) : [];
    const byKey = new Map(kept.map((entry) => [entry.key, entry]));
    for (const entry of this.#localEntries()) byKey.set(entry.key, entry), this.#inLocal.add(entry.key);
    return [...byKey.values()].filter(({ scope }) => scope === this.scope).sort((a, b) => a.order - b.order);
  }

  flushNow() {
    if (!this.#local) return;
    for (const [key, entry] of this.#pending) if (entry) this.#writeLocal(key, entry);
  }

  #change(key, entry) {
    this.#pending.set(key, entry);
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  async #writeAll() {
    await this.#opened;
    await this.later();
    while (this.#pending.size > 0) {
      const batch = new Map(this.#pending);
      try {
        await this.#write(batch);
      } catch (error) {
        if (!this.#database) break; // nowhere else to go: the entries stay in memory, and `unwritten` says so
        this.#database = null; // a full or broken database: fall back to localStorage for what is left
        console.warn("The browser's database refused an entry", error);
        continue;
      }
      for (const [key, entry] of batch) if (this.#pending.get(key) === entry) this.#pending.delete(key);
    }
    this.#writing = null;
  }

  async #write(batch) {
    if (!this.#database) {
      for (const [key, entry] of batch) entry ? this.#writeLocal(key, entry) : this.#removeLocal(key);
      return;
    }
    const store = this.#store("readwrite");
    for (const [key, entry] of batch) entry ? store.put(entry) : store.delete(key);
    await finished(store.transaction);
    for (const key of batch.keys()) this.#removeLocal(key);
  }

  #writeLocal(key, entry) {
    this.#local.setItem(this.#localKey(key), JSON.stringify(entry));
    this.#inLocal.add(key);
  }

  #removeLocal(key) {
    if (this.#inLocal.delete(key)) this.#local.removeItem(this.#localKey(key));
  }

  #store(mode) {
    return this.#database.transaction(STORE, mode).objectStore(STORE);
  }

  #localKey(key) {
    return `${DATABASE}-${STORE}:${key}`;
  }

  #localEntries() {
    const keys = this.#local ? Array.from({ length: this.#local.length }, (_, index) => this.#local.key(index)) : [];
    return keys.filter((key) => key.startsWith(this.#localKey(""))).map((key) => JSON.parse(this.#local.getItem(key)));
  }
}

async function open(indexedDB) {
  if (!indexedDB) return null;
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    return await requested(request);
  } catch {
    return null;
  }
}

function requested(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** Merely reading the property throws where storage is forbidden. */
function safeLocalStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
