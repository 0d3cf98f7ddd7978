import assert from "node:assert/strict";
import { test } from "node:test";
import { OutboxStore } from "./outbox_store.js";

class MemoryStorage {
  #items = new Map();
  get length() {
    return this.#items.size;
  }
  key = (index) => [...this.#items.keys()][index];
  getItem = (key) => this.#items.get(key) ?? null;
  setItem = (key, value) => this.#items.set(key, value);
  removeItem = (key) => this.#items.delete(key);
}

const entry = (key, order, scope = "1:demo") => ({ key, order, scope });

test("where there is no database, localStorage keeps entries across pages", async () => {
  const localStorage = new MemoryStorage();
  const store = new OutboxStore({ scope: "1:demo", indexedDB: undefined, localStorage });
  await store.put(entry("b", 2));
  await store.put(entry("a", 1));
  assert.equal(store.unwritten, 0);
  const later = new OutboxStore({ scope: "1:demo", indexedDB: undefined, localStorage });
  assert.deepEqual((await later.all()).map(({ key }) => key), ["a", "b"]);
  await later.delete("a");
  assert.deepEqual((await later.all()).map(({ key }) => key), ["b"]);
});

test("another person or project never sees them", async () => {
  const localStorage = new MemoryStorage();
  await new OutboxStore({ scope: "1:demo", indexedDB: undefined, localStorage }).put(entry("a", 1));
  assert.deepEqual(await new OutboxStore({ scope: "2:demo", indexedDB: undefined, localStorage }).all(), []);
});

test("a page that goes away writes what is not yet on disk, at once", () => {
  const localStorage = new MemoryStorage();
  const store = new OutboxStore({ scope: "1:demo", indexedDB: undefined, localStorage });
  store.put(entry("a", 1));
  assert.equal(store.unwritten, 1);
  store.flushNow();
  assert.equal(localStorage.length, 1);
});

test("an entry that was acknowledged before its turn is never written", async () => {
  const localStorage = new MemoryStorage();
  const store = new OutboxStore({ scope: "1:demo", indexedDB: undefined, localStorage });
  store.put(entry("a", 1));
  await store.delete("a");
  assert.equal(localStorage.length, 0);
});

test("a browser that keeps nothing says so instead of failing", async () => {
  const store = new OutboxStore({ scope: "1:demo", indexedDB: undefined, localStorage: null });
  await store.put(entry("a", 1));
  assert.equal(store.isDurable, false);
  assert.equal(store.unwritten, 1);
});
