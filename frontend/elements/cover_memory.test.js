import assert from "node:assert/strict";
import { test } from "node:test";
import { CoverMemory } from "./cover_memory.js";

function store() {
  const kept = new Map();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
}

test("what one page keeps showing another page of the same project shows too", () => {
  const session = store();
  new CoverMemory("7:topics", session).keepsShowing = true;
  assert.equal(new CoverMemory("7:topics", session).keepsShowing, true);
  assert.equal(new CoverMemory("7:hate", session).keepsShowing, false);
  new CoverMemory("7:topics", session).keepsShowing = false;
  assert.equal(new CoverMemory("7:topics", session).keepsShowing, false);
});

test("a browser that keeps nothing remembers it for the page", () => {
  const refusing = { getItem: () => { throw new Error("no storage"); }, setItem: () => { throw new Error("no storage"); } };
  const memory = new CoverMemory("7:topics", refusing);
  assert.equal(memory.keepsShowing, false);
  memory.keepsShowing = true;
  assert.equal(memory.keepsShowing, true);
});
