import assert from "node:assert/strict";
import { test } from "node:test";
import { freshId, neighbour, spansAt, withPart, withSpan, withSpans, withoutSpan } from "./span_set.js";

const TEXT = "0123456789abcdefghij";
const span = (id, start, end, label = "a") => ({ id, parts: [{ start, end, text: TEXT.slice(start, end) }], label });

test("ids are short, and no id of any list is used again", () => {
  assert.equal(freshId("s"), "s1");
  assert.equal(freshId("s", [{ id: "s2" }, { id: "imported-7" }], [{ id: "s9" }]), "s10");
});

test("spans stand in reading order, and what is not touched stays the same object", () => {
  const first = span("s1", 5, 8);
  const { spans } = withSpan([first], span("s2", 0, 3));
  assert.deepEqual(spans.map(({ id }) => id), ["s2", "s1"]);
  assert.equal(spans[1], first);
});

test("nested and crossing spans are allowed, the same one twice is not", () => {
  const spans = [span("s1", 0, 8)];
  assert.ok(withSpan(spans, span("s2", 2, 4)).spans);
  assert.ok(withSpan(spans, span("s2", 4, 12)).spans);
  assert.ok(withSpan(spans, span("s2", 0, 8, "b")).spans);
  assert.ok(withSpan(spans, span("s2", 0, 8)).problem);
});

test("where spans must not overlap, one that shares a character is refused, and one that only touches is not", () => {
  const rules = { overlapping: false };
  assert.ok(withSpan([span("s1", 0, 4)], span("s2", 3, 6), rules).problem);
  assert.ok(withSpan([span("s1", 0, 4)], span("s2", 4, 6), rules).spans);
  const gapped = { ...span("s1", 0, 2), parts: [...span("", 0, 2).parts, ...span("", 8, 10).parts] };
  assert.ok(withSpan([gapped], span("s2", 4, 6), rules).spans);
});

test("a span of the same id takes the place of the former", () => {
  const { spans } = withSpan([span("s1", 0, 4), span("s2", 6, 8)], span("s1", 0, 4, "b"));
  assert.deepEqual(spans.map(({ label }) => label), ["b", "a"]);
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
  assert.equal(neighbour(spans, "s1", 1), "s2");
  assert.equal(neighbour(spans, "s3", 1), null);
  assert.equal(neighbour(spans, null, 1, 5), "s3");
  assert.equal(neighbour(spans, null, -1, 5), "s2");
  assert.equal(neighbour(spans, null, -1), "s3");
  assert.deepEqual(withoutSpan(spans, "s2").map(({ id }) => id), ["s1", "s3"]);
});

test("of many spans at once those that are there already, or clash, are left out", () => {
  const more = [span("s2", 0, 4), span("s3", 3, 6), span("s4", 8, 9), span("s5", 8, 9)];
  assert.deepEqual(withSpans([span("s1", 0, 4)], more).map(({ id }) => id), ["s1", "s3", "s4"]);
  assert.deepEqual(withSpans([span("s1", 0, 4)], more, { overlapping: false }).map(({ id }) => id), ["s1", "s4"]);
});
