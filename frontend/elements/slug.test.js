import assert from "node:assert/strict";
import { test } from "node:test";
import { slugify } from "./slug.js";

test("a title becomes a value that can be a column or a key", () => {
  assert.equal(slugify("Kitchen & dining"), "kitchen_dining");
  assert.equal(slugify("  Très triste 😢 "), "tres_triste");
});

test("letters of other scripts stay letters", () => {
  assert.equal(slugify("Спорт и отдых"), "спорт_и_отдых");
});

test("a long title is cut to what the schema takes", () => {
  assert.equal([...slugify("a".repeat(200))].length, 60);
});
