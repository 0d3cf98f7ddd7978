import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, exactTimeOf, nextSpeed, stepOf, timeInWords, timeOf } from "./clock.js";

test("a time has tenths where the whole is short, and hours where there are any", () => {
  assert.equal(timeOf(0, 4.2), "0:00.0");
  assert.equal(timeOf(62.5), "1:02.5");
  assert.equal(timeOf(4.2), "0:04.2");
  assert.equal(timeOf(59.99), "0:59.9");
  assert.equal(timeOf(61.7, 1200), "1:01");
  assert.equal(timeOf(3599.9), "59:59");
  assert.equal(timeOf(3600), "1:00:00");
});

test("a time is read as words", () => {
  assert.equal(timeInWords(0.5), "0.5 seconds");
  assert.equal(timeInWords(61), "1 minute 1 second");
  assert.equal(timeInWords(150.04), "2 minutes 30 seconds");
});

test("a press goes further in a long sound", () => {
  assert.deepEqual([0.4, 4, 20, 600].map(stepOf), [0.1, 0.4, 2, 5]);
});

test("speeds end at both ends and go on from between two", () => {
  assert.equal(nextSpeed(1, 1), 1.25);
  assert.equal(nextSpeed(1.1, -1), 1);
  assert.equal(nextSpeed(3, 1), 3);
  assert.equal(nextSpeed(0.5, -1), 0.5);
});

test("bars keep the loudest moment, however few they are, and stay when there are more of them than stretches", () => {
  const shown = { low: [0, -10, 0, -4], high: [0, 20, 0, 4] };
  assert.deepEqual(barsOf(shown, 2), [[-0.5, 1], [-0.2, 0.2]]);
  assert.deepEqual(barsOf(shown, 8).length, 8);
  assert.deepEqual(barsOf({ low: [0], high: [0] }, 2), [[0, 0], [0, 0]]);
});

test("bars of a part are as high as in the whole", () => {
  const shown = { low: [0, -10, 0, -4], high: [0, 20, 0, 4] };
  assert.deepEqual(barsOf(shown, 2, { from: 0.5, to: 1 }), [[0, 0], [-0.2, 0.2]]);
  assert.deepEqual(barsOf(shown, 1, { from: 0.25, to: 0.5 }), [[-0.5, 1]]);
});

test("exact times have hundredths, and thousandths where there are any", () => {
  assert.deepEqual([0, 1.25, 61.5, 3.125, 3599.999].map(exactTimeOf), ["0:00.00", "0:01.25", "1:01.50", "0:03.125", "59:59.999"]);
});
