import assert from "node:assert/strict";
import { test } from "node:test";
import { spanRules } from "../spans/span_set.js";
import { SuggestedMarks } from "./suggested_marks.js";

const span = (id, start, label = "a") => ({ id, parts: [{ start, end: start + 2, text: "xx" }], label });

test("a suggestion is open until it is answered, by id or by the same label and place, or rejected", () => {
  const suggested = new SuggestedMarks(spanRules({}), [span("s1", 0), span("s2", 4), span("s3", 8)]);
  const ids = (spans) => suggested.open(spans).map(({ id }) => id);
  assert.deepEqual(ids([]), ["s1", "s2", "s3"]);
  assert.deepEqual(ids([span("mine", 4)]), ["s1", "s3"]);
  assert.deepEqual(ids([span("s2", 4, "b")]), ["s1", "s3"]);
  suggested.reject(["s1"]);
  assert.deepEqual(ids([]), ["s2", "s3"]);
  suggested.bringBack();
  assert.deepEqual(ids([]), ["s1", "s2", "s3"]);
});

test("suggestions without ids, or with one that is taken, get one of their own", () => {
  const suggested = new SuggestedMarks(spanRules({}), [span(undefined, 0), span("s1", 4), span(undefined, 8)], [span("s1", 20)]);
  const ids = suggested.all.map(({ id }) => id);
  assert.equal(new Set([...ids, "s1"]).size, 4);
});

test("a suggestion that was given another label is not offered again", () => {
  const suggested = new SuggestedMarks(spanRules({}), [span("s1", 0), span("s2", 4)], [span("s1", 0, "b")]);
  assert.deepEqual(suggested.open([span("s1", 0, "b")]).map(({ id }) => id), ["s2"]);
});
