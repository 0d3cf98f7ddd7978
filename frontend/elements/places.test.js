import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_QUOTE, placeOf, stretchOf } from "./places.js";

test("a place counts code points, so an emoji before it is one", () => {
  const text = "😢😢 too late";
  assert.deepEqual(placeOf("text", text, text.indexOf("late"), text.length), { field: "text", start: 7, end: 11, text: "late" });
});

test("blanks alone, nothing at all, and what is too long to read again are not quoted", () => {
  assert.equal(placeOf("text", "a  b", 1, 3), null);
  assert.equal(placeOf("text", "ab", 1, 1), null);
  assert.equal(placeOf("text", "a".repeat(MAX_QUOTE + 1), 0, MAX_QUOTE + 1), null);
  assert.equal(placeOf("text", "😢".repeat(MAX_QUOTE), 0, 2 * MAX_QUOTE).end, MAX_QUOTE);
});

test("what is marked in several turns counts them joined by line feeds", () => {
  const turns = ["Hi!", "Open?", "Yes."].map((text) => ({ length: text.length, from: 0, to: 0 }));
  assert.equal(stretchOf(turns), null);
  assert.deepEqual(stretchOf([turns[0], { ...turns[1], from: 1, to: 4 }, turns[2]]), [5, 8]);
  assert.deepEqual(stretchOf([turns[0], { ...turns[1], from: 2, to: 5 }, { ...turns[2], to: 3 }]), [6, 13]);
});
