import assert from "node:assert/strict";
import { test } from "node:test";
import { between, boxesAt, moved, overlap, resized, standing } from "./box_form.js";

const PICTURE = { width: 100, height: 80 };
const box = (x, y, width = 10, height = 10) => ({ x, y, width, height });

test("a box between two points is the same whichever was the first, and ends at the picture's edge", () => {
  assert.deepEqual(between({ x: 30, y: 40 }, { x: 10, y: 20 }, PICTURE), box(10, 20, 20, 20));
  assert.deepEqual(between({ x: 90, y: 70 }, { x: 400, y: -5 }, PICTURE), box(90, 0, 10, 70));
  assert.deepEqual(between({ x: 200, y: 200 }, { x: 300, y: 300 }, PICTURE), box(99, 79, 1, 1));
});

test("numbers are kept to a hundredth of a pixel", () => {
  assert.deepEqual(between({ x: 1 / 3, y: 0 }, { x: 10, y: 10 }, PICTURE), box(0.33, 0, 9.67, 10));
});

test("a box that is moved keeps its size and stops at the edge", () => {
  assert.deepEqual(moved(box(5, 5), -20, 3, PICTURE), box(0, 8));
  assert.deepEqual(moved(box(5, 5), 500, 500, PICTURE), box(90, 70));
});

test("an edge that is pulled stops at the picture's, and before the one opposite", () => {
  assert.deepEqual(resized(box(20, 20), "br", 5, 7, PICTURE), box(20, 20, 15, 17));
  assert.deepEqual(resized(box(20, 20), "tl", -50, 50, PICTURE), { x: 0, y: 29, width: 30, height: 1 });
  assert.deepEqual(resized(box(20, 20), "r", -50, 0, PICTURE), box(20, 20, 1, 10));
});

test("a new box stands in the middle of what is seen, beside one that stands there already", () => {
  const seen = { x: 40, y: 40, width: 40, height: 40 };
  const first = standing(seen, null, [], PICTURE);
  assert.deepEqual(first, box(56, 56, 8, 8));
  const second = standing(seen, null, [first], PICTURE);
  assert.deepEqual([second.x, second.y], [58, 58]);
  assert.deepEqual(standing(seen, { width: 20, height: 10 }, [], PICTURE), box(50, 55, 20, 10));
});

test("of boxes at a point the smallest is meant first", () => {
  const [large, small] = [box(0, 0, 50, 50), box(10, 10)];
  assert.deepEqual(boxesAt([large, small], { x: 12, y: 12 }), [small, large]);
  assert.deepEqual(boxesAt([large, small], { x: 60, y: 12 }), []);
});

test("two boxes overlap by what they share of what they cover", () => {
  assert.equal(overlap(box(0, 0), box(5, 0)), 50 / 150);
  assert.equal(overlap(box(0, 0), box(10, 0)), 0);
});
