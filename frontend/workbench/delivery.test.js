import assert from "node:assert/strict";
import { test } from "node:test";
import { factsFrom, requestFor } from "./delivery.js";

const pool = { wantsNextWithAnswer: () => true, holding: () => [5, 6] };
const unknown = { annotationId: null, version: null };

test("a submit brings the next task back and says what is held", () => {
  const entry = { kind: "submit", taskId: 5, key: "k", body: { answers: { topic: "a" }, version: null } };
  assert.deepEqual(requestFor(entry, unknown, pool), [
    "tasks/5/annotations/",
    { answers: { topic: "a" }, key: "k", version: 0, submit: true, next: true, holding: [5, 6] },
  ]);
});

test("the version the server said last counts more than the one an entry was made with", () => {
  const entry = { kind: "revise", taskId: 5, key: "k", body: { answers: {}, version: 1 } };
  assert.equal(requestFor(entry, { annotationId: 1, version: 3 }, pool)[1].version, 3);
  assert.equal(requestFor(entry, unknown, pool)[1].version, 1);
  assert.equal(requestFor(entry, unknown, pool)[1].next, false, "a change of an old answer frees no lease");
});

test("an undo is addressed to the annotation that its submit turned out to be", () => {
  const entry = { kind: "undo", taskId: 5, key: "k", body: { annotation_id: 4 } };
  assert.equal(requestFor(entry, { annotationId: 9, version: 1 }, pool)[0], "annotations/9/undo/");
  assert.equal(requestFor(entry, unknown, pool)[0], "annotations/4/undo/");
});

test("replies teach the annotation's id and version", () => {
  assert.deepEqual(factsFrom({ kind: "submit" }, { annotation: { id: 9, version: 2 } }), { annotationId: 9, version: 2 });
  assert.deepEqual(factsFrom({ kind: "undo" }, { work: { draft: { version: 3 } } }), { version: 3 });
  assert.equal(factsFrom({ kind: "comment" }, { id: 1 }), null);
});
