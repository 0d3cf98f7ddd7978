import assert from "node:assert/strict";
import { test } from "node:test";
import { decisionFor } from "./decision.js";

test("one answer that nobody touched is accepted", () => {
  assert.deepEqual(decisionFor({ merged: { topic: "a" }, differing: [] }, {}), { kind: "accept" });
  assert.deepEqual(decisionFor({ merged: { topic: "a" }, differing: [] }, { topic: "a" }), { kind: "accept" });
});

test("another choice is a fix that keeps what was agreed", () => {
  const work = { merged: { topic: "a", tone: "calm" }, differing: [] };
  assert.deepEqual(decisionFor(work, { topic: "b" }), { kind: "fix", answers: { topic: "b", tone: "calm" } });
});

test("a disagreement must be settled before anything can be decided", () => {
  const work = { merged: { tone: "calm" }, differing: ["topic"] };
  assert.deepEqual(decisionFor(work, {}), { kind: "undecided", open: ["topic"] });
  assert.deepEqual(decisionFor(work, { topic: "a" }), { kind: "fix", answers: { topic: "a", tone: "calm" } });
});

test("a disagreement about what is not asked any more need not be settled", () => {
  const work = { merged: {}, differing: ["stands", "why"] };
  assert.deepEqual(decisionFor(work, { stands: "yes" }, ["stands"]), { kind: "fix", answers: { stands: "yes" } });
  assert.deepEqual(decisionFor(work, { stands: "no" }, ["stands", "why"]), { kind: "undecided", open: ["why"] });
});
