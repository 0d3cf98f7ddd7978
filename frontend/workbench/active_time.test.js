import assert from "node:assert/strict";
import { test } from "node:test";
import { ActiveTime } from "./active_time.js";

test("time between signs of life counts", () => {
  const time = new ActiveTime(0);
  time.activity(10_000);
  assert.equal(time.seconds(12_500), 12.5);
});

test("a person who went away counts for one minute, not for the lunch", () => {
  const time = new ActiveTime(0);
  time.activity(3_600_000);
  assert.equal(time.seconds(3_605_000), 65);
});

test("a hidden page does not count, and coming back goes on", () => {
  const time = new ActiveTime(0);
  time.rest(5_000);
  assert.equal(time.seconds(500_000), 5);
  time.activity(600_000);
  assert.equal(time.seconds(602_000), 7);
});

test("a task that is opened again keeps what was counted", () => {
  assert.equal(new ActiveTime(100, 4.2).seconds(1_100), 5.2);
});

test("a clock that is set back does not count below zero", () => {
  assert.equal(new ActiveTime(5_000).seconds(1_000), 0);
});
