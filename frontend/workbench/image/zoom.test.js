import assert from "node:assert/strict";
import { test } from "node:test";
import { fittingScale, nextStep, placed, zoomedAt } from "./zoom.js";

const BOX = { width: 800, height: 400 };

test("a large picture is made to fit, a small one is enlarged but not past what serves the eye", () => {
  assert.equal(fittingScale({ width: 1600, height: 400 }, BOX), 0.5);
  assert.equal(fittingScale({ width: 300, height: 100 }, BOX), 2);
  assert.equal(fittingScale({ width: 32, height: 32 }, BOX), 10);
  assert.equal(fittingScale({ width: 1, height: 1 }, BOX), 320);
});

test("steps go on from between two of them, and end", () => {
  assert.equal(nextStep(1, 1), 1.5);
  assert.equal(nextStep(1.7, 1), 2);
  assert.equal(nextStep(1.7, -1), 1.5);
  assert.equal(nextStep(16, 1), 16);
  assert.equal(nextStep(1, -1), 1);
});

test("what is smaller than the box stands in its middle, what is larger leaves none of it empty", () => {
  assert.deepEqual(placed({ x: 999, y: 999 }, { width: 400, height: 200 }, BOX), { x: 200, y: 100 });
  assert.deepEqual(placed({ x: 50, y: -999 }, { width: 1600, height: 800 }, BOX), { x: 0, y: -400 });
});

test("what lies under the pointer stays there", () => {
  const after = zoomedAt({ x: -100, y: 0 }, 2, { x: 300, y: 100 });
  assert.deepEqual(after, { x: -500, y: -100 });
});
