import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbourFrom, spanRules, spansAt, withPart } from "./span_set.js";

const TEXT = "0123456789abcdefghij";
const span = (id, start, end, label = "a") => ({ id, parts: [{ start, end, text: TEXT.slice(start, end) }], label });

const { asAnswer, with: withSpan, withAll } = spanRules({});
const apart = spanRules({ overlapping: false });

test("spans stand in reading order, and what is not touched stays the same object", () => {
  const first = span("s1", 5, 8);
  const { marks } = withSpan([first], span("s2", 0, 3));
  assert.deepEqual(marks.map(({ id }) => id), ["s2", "s1"]);
  assert.equal(marks[1], first);
});

test("nested and crossing spans are allowed, the same one twice is not", () => {
  const spans = [span("s1", 0, 8)];
  assert.ok(withSpan(spans, span("s2", 2, 4)).marks);
  assert.ok(withSpan(spans, span("s2", 4, 12)).marks);
  assert.ok(withSpan(spans, span("s2", 0, 8, "b")).marks);
  assert.ok(withSpan(spans, span("s2", 0, 8)).problem);
});

test("where spans must not overlap, one that shares a character is refused, and one that only touches is not", () => {
  assert.ok(apart.with([span("s1", 0, 4)], span("s2", 3, 6)).problem);
  assert.ok(apart.with([span("s1", 0, 4)], span("s2", 4, 6)).marks);
  const gapped = { ...span("s1", 0, 2), parts: [...span("", 0, 2).parts, ...span("", 8, 10).parts] };
  assert.ok(apart.with([gapped], span("s2", 4, 6)).marks);
});

test("a span of the same id takes the place of the former", () => {
  const { marks } = withSpan([span("s1", 0, 4), span("s2", 6, 8)], span("s1", 0, 4, "b"));
  assert.deepEqual(marks.map(({ label }) => label), ["b", "a"]);
});

test("parts are kept apart, in order, and become one where they touch", () => {
  const slice = (start, end) => TEXT.slice(start, end);
  const parts = withPart(span("", 6, 8).parts, { start: 0, end: 2 }, slice);
  assert.deepEqual(parts, [{ start: 0, end: 2, text: "01" }, { start: 6, end: 8, text: "67" }]);
  assert.deepEqual(withPart(parts, { start: 2, end: 6 }, slice), [{ start: 0, end: 8, text: "01234567" }]);
});

test("of nested spans the innermost is met first", () => {
  const spans = [span("s1", 0, 10), span("s2", 2, 4)];
  assert.deepEqual(spansAt(spans, 3).map(({ id }) => id), ["s2", "s1"]);
  assert.deepEqual(spansAt(spans, 5).map(({ id }) => id), ["s1"]);
});

test("one walks from span to span, and from a place to the next", () => {
  const spans = [span("s1", 0, 2), span("s2", 4, 6), span("s3", 8, 9)];
  assert.equal(neighbourFrom(-1, spans, "s1", 1), "s2");
  assert.equal(neighbourFrom(5, spans, "s3", 1), null);
  assert.equal(neighbourFrom(5, spans, null, 1), "s3");
  assert.equal(neighbourFrom(5, spans, null, -1), "s2");
  assert.equal(neighbourFrom(-1, spans, null, -1), "s3");
});

test("of many spans at once those that are there already, or clash, are left out", () => {
  const more = [span("s2", 0, 4), span("s3", 3, 6), span("s4", 8, 9), span("s5", 8, 9)];
  assert.deepEqual(withAll([span("s1", 0, 4)], more).map(({ id }) => id), ["s1", "s3", "s4"]);
  assert.deepEqual(apart.withAll([span("s1", 0, 4)], more).map(({ id }) => id), ["s1", "s4"]);
});

test("an accepted suggestion leaves behind what only a model says", () => {
  assert.deepEqual(asAnswer({ ...span("s1", 0, 2), confidence: 0.9 }), span("s1", 0, 2));
});
