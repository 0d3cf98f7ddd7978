import assert from "node:assert/strict";
import { test } from "node:test";
import { BreakReminder } from "./break_reminder.js";

const MINUTE = 60_000;

function work(reminder, from, minutes) {
  for (let at = from; at <= from + minutes * MINUTE; at += 10_000) reminder.activity(at);
  return from + minutes * MINUTE;
}

test("it is due after so many minutes of work and not before", () => {
  const reminder = new BreakReminder(25);
  const nearly = work(reminder, 0, 24);
  assert.equal(reminder.isDue(nearly), false);
  assert.equal(reminder.isDue(work(reminder, nearly, 2)), true);
});

test("a break of five minutes begins the count again", () => {
  const reminder = new BreakReminder(25);
  const stopped = work(reminder, 0, 24);
  assert.equal(reminder.isDue(work(reminder, stopped + 5 * MINUTE, 3)), false);
});

test("a person who is away is not reminded, and time away is no work", () => {
  const reminder = new BreakReminder(25);
  const stopped = work(reminder, 0, 26);
  assert.equal(reminder.isDue(stopped + 6 * MINUTE), false);
  const other = new BreakReminder(5);
  for (const at of [0, 4 * MINUTE, 8 * MINUTE]) other.activity(at); // a minute counts of each gap
  assert.equal(other.isDue(8 * MINUTE), false);
});

test("put away it counts anew, and without minutes it never comes", () => {
  const reminder = new BreakReminder(25);
  const at = work(reminder, 0, 26);
  reminder.putAway(at);
  assert.equal(reminder.isDue(work(reminder, at, 20)), false);
  const never = new BreakReminder(null);
  assert.equal(never.isDue(work(never, 0, 600)), false);
});
