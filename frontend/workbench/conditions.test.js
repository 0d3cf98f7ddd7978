import assert from "node:assert/strict";
import { test } from "node:test";
import { askedNames, holds } from "./conditions.js";

const valuesOf = (name, answer) => [answer].flat().map(String);

test("a condition on a value holds for any of the values given", () => {
  assert.ok(holds({ question: "topic", is: ["a", "b"] }, { topic: "b" }, valuesOf));
  assert.ok(!holds({ question: "topic", is: "a" }, { topic: "b" }, valuesOf));
  assert.ok(holds({ question: "tags", is: "x" }, { tags: ["x", "y"] }, valuesOf));
});

test("what was not answered passes only for not being something, or not being answered", () => {
  assert.ok(!holds({ question: "topic", is: "a" }, {}, valuesOf));
  assert.ok(holds({ question: "topic", is_not: "a" }, {}, valuesOf));
  assert.ok(holds({ question: "topic", answered: false }, {}, valuesOf));
  assert.ok(!holds({ question: "score", at_least: 3 }, {}, valuesOf));
});

test("numbers are compared as numbers", () => {
  assert.ok(holds({ question: "score", at_least: 3 }, { score: 3 }, valuesOf));
  assert.ok(!holds({ question: "score", at_most: 2 }, { score: 3 }, valuesOf));
});

test("a question that is not asked asks no further ones, whatever was answered to it before", () => {
  const questions = [{ name: "a" }, { name: "b", when: { question: "a", is: "yes" } }, { name: "c", when: { question: "b", is: "1" } }];
  assert.deepEqual(askedNames(questions, { a: "yes", b: "1" }, valuesOf), ["a", "b", "c"]);
  assert.deepEqual(askedNames(questions, { a: "no", b: "1" }, valuesOf), ["a"]);
});
