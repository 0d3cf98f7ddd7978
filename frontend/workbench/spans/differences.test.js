import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesOf, pieces } from "./differences.js";

const span = (start, end, label = "a") => ({ id: `${start}${label}`, parts: [{ start, end, text: "" }], label });

test("spans that all have alike differ in nothing, whatever their ids", () => {
  const { marked, missing } = differencesOf([span(0, 4)], [[{ ...span(0, 4), id: "other" }], [span(0, 4)]]);
  assert.deepEqual(marked.map(({ difference }) => difference), [""]);
  assert.deepEqual(missing, []);
});

test("it is said how a span differs, and what is missing", () => {
  const { marked, missing } = differencesOf([span(0, 4), span(10, 14), span(20, 24)], [[span(0, 4, "b"), span(10, 15), span(30, 34)]]);
  assert.deepEqual(marked.map(({ difference }) => difference), ["other label", "other bounds", "only here"]);
  assert.deepEqual(missing.map(({ parts }) => parts[0].start), [30]);
});

test("the text is cut at marks, nested ones keep both", () => {
  const items = [{ span: span(2, 10) }, { span: span(4, 6, "b") }];
  const cut = pieces(12, items);
  assert.deepEqual(cut.map(({ start, end }) => [start, end]), [[0, 2], [2, 4], [4, 6], [6, 10], [10, 12]]);
  assert.equal(cut[2].items.length, 2);
});

test("of a long text what is far from any mark is left out", () => {
  const cut = pieces(100_000, [{ span: span(50_000, 50_010) }]);
  assert.deepEqual(cut.map(({ isGap = false }) => isGap), [true, false, false, false, true]);
});
