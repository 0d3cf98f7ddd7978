import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceOf, missingIn } from "./differences.js";

const box = (x, label = "a", width = 10) => ({ x, y: 0, width, height: 10, label });

test("a box that all have, if not to the pixel, differs in nothing", () => {
  assert.equal(differenceOf(box(0), [[box(1)], [box(0)]]), "");
});

test("what differs is named: the label, the bounds, or that nobody else has it", () => {
  assert.equal(differenceOf(box(0), [[box(0, "b")]]), "other label");
  assert.equal(differenceOf(box(0), [[box(7)]]), "other bounds");
  assert.equal(differenceOf(box(0), [[box(50)], [box(0)]]), "only here");
});

test("what others have and nobody drew here is missing, each thing once", () => {
  assert.deepEqual(missingIn([box(0)], [[box(50), box(1)], [box(51)]]), [box(50)]);
  assert.deepEqual(missingIn([box(0)], [[box(0, "b")]]), [], "it is there under another name");
});
