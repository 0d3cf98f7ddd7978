import assert from "node:assert/strict";
import { test } from "node:test";
import { isAnswered, preselectedAnswers, sameAnswers, suggestedAnswers } from "./answers.js";

test("zero and false are answers, emptiness is none", () => {
  assert.deepEqual([0, false, "a", ["a"]].map(isAnswered), [true, true, true, true]);
  assert.deepEqual([undefined, null, "", []].map(isAnswered), [false, false, false, false]);
});

test("answers are the same whatever the order of their names", () => {
  assert.ok(sameAnswers({ a: 1, b: { c: 2, d: [1] } }, { b: { d: [1], c: 2 }, a: 1 }));
  assert.ok(!sameAnswers({ a: [1, 2] }, { a: [2, 1] }));
});

test("predictions become answers", () => {
  assert.deepEqual(suggestedAnswers({ topic: { value: "bank", confidence: 0.6 } }), { topic: "bank" });
  assert.deepEqual(suggestedAnswers(undefined), {});
  assert.deepEqual(preselectedAnswers(undefined), {});
  const predictions = { topic: { value: "bank", preselected: true }, tone: { value: "calm" } };
  assert.deepEqual(preselectedAnswers(predictions), { topic: "bank" });
  const parts = { 0: { value: "greeting", preselected: true }, 1: { value: "refund" } };
  assert.deepEqual(preselectedAnswers({ act: { value: { 0: "greeting", 1: "refund" }, parts } }), { act: { 0: "greeting" } });
  assert.deepEqual(preselectedAnswers({ act: { value: { 1: "refund" }, parts: { 1: parts[1] } } }), {});
});
