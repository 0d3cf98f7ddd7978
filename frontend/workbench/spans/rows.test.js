import assert from "node:assert/strict";
import { test } from "node:test";
import { placeTags, rowsOf } from "./rows.js";

test("spans beside each other share a row", () => {
  assert.deepEqual(rowsOf([[0, 4], [4, 8], [10, 12]]), [0, 0, 0]);
});

test("an inner span stands nearer to the text than the one around it", () => {
  assert.deepEqual(rowsOf([[0, 20], [2, 8], [3, 5]]), [2, 1, 0]);
});

test("crossing spans stand in rows of their own, and a row is used again further on", () => {
  assert.deepEqual(rowsOf([[0, 6], [4, 10], [20, 26], [24, 30]]), [0, 1, 0, 1]);
});

test("tags that begin together stand one behind the other, and give way to the next", () => {
  const [outer, inner, next] = placeTags([{ x: 0, y: 10, width: 60 }, { x: 0, y: 10.2, width: 60 }, { x: 100, y: 10, width: 40 }]);
  assert.equal(outer.x, 0);
  assert.ok(inner.x >= outer.x + outer.width);
  assert.ok(inner.x + inner.width <= next.x);
});

test("tags of different lines do not push each other", () => {
  const tags = placeTags([{ x: 0, y: 10, width: 60 }, { x: 5, y: 40, width: 60 }]);
  assert.deepEqual(tags.map(({ x }) => x), [0, 5]);
});
