import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= class {};
const { differencesOf } = await import("./comparison.js");

const make = (label, start, end) => ({ id: `${label}${start}`, label, start, end });

test("stretches that nearly agree are alike; others differ by label, by bounds, or are there once only", () => {
  const ben = [make("bell", 1, 3), make("bird", 4, 5), make("rain", 6, 8), make("bell", 9, 9.5)];
  const zoe = [make("bell", 1.02, 2.95), make("rain", 4, 5), make("rain", 6, 10.5), make("bird", 12, 13)];
  const { marked, missing } = differencesOf(ben, [zoe]);
  assert.deepEqual(marked.map(({ difference }) => difference), ["", "other label", "other bounds", "other label"]);
  assert.deepEqual(missing, [make("bird", 12, 13)]);
  assert.equal(differencesOf(ben.slice(3), [zoe.slice(0, 2)]).marked[0].difference, "only here");
});
