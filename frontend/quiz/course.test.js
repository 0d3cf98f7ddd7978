import assert from "node:assert/strict";
import { test } from "node:test";
import { Course } from "./course.js";

const asks = (...required) => ({
  missing: (answers) => required.find((name) => !answers[name]) ?? null,
  given: (answers) => Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer !== "")),
});
const course = (...answers) => new Course(answers.map((given, place) => ({ id: place + 1, answers: given })), asks("topic"));

test("it begins with the first task that is not answered", () => {
  assert.equal(course({ topic: "a" }, {}, {}).current.id, 2);
  assert.equal(course({ topic: "a" }).current, null);
});

test("an answer is what is saved, and going on finds the next open task, also before it", () => {
  const way = course({}, {}, {});
  way.step(1);
  assert.deepEqual(way.answer("topic", "b"), { topic: "b" });
  assert.deepEqual(way.answer("remark", ""), { topic: "b" });
  way.advance();
  assert.equal(way.current.id, 3);
  way.answer("topic", "a");
  way.advance();
  assert.equal(way.current.id, 1);
  assert.equal(way.done, 2);
  way.answer("topic", "a");
  way.advance();
  assert.equal(way.current, null);
  assert.ok(way.isComplete);
});

test("what must be answered is named", () => {
  const way = course({});
  assert.equal(way.missing, "topic");
  way.answer("topic", "a");
  assert.equal(way.missing, null);
});

test("a task that need not be answered is done only once it was left", () => {
  const way = new Course([{ id: 1, answers: {} }], asks());
  assert.equal(way.current.id, 1);
  way.advance();
  assert.ok(way.isComplete);
});

test("one can look back from the end and no further than the edges", () => {
  const way = course({ topic: "a" }, { topic: "b" });
  assert.ok(way.step(-1));
  assert.equal(way.current.id, 2);
  assert.ok(way.step(-1));
  assert.ok(!way.step(-1));
  assert.ok(way.step(1) && way.step(1));
  assert.ok(!way.step(1));
});
