import assert from "node:assert/strict";
import test from "node:test";
import { jsonProblem, lineOf, offsetsOf } from "./json_places.js";

const TEXT = `{
  "fields": [],
  "questions": [
    {"name": "a\\"b", "options": [1, {"key": "u"}]},
    {"title": "…"}
  ]
}`;

test("each path leads to the place of its value", () => {
  const offsets = offsetsOf(TEXT);
  assert.equal(TEXT.slice(offsets.get("questions.0.options.1.key"), offsets.get("questions.0.options.1.key") + 3), '"u"');
  assert.deepEqual([lineOf(TEXT, offsets, "questions.1.title").line, lineOf(TEXT, offsets, "fields").line], [5, 2]);
});

test("a path that is not there leads to what is around it", () => {
  assert.equal(lineOf(TEXT, offsetsOf(TEXT), "questions.0.when.is").line, 4);
  assert.equal(lineOf(TEXT, offsetsOf(TEXT), "nothing").line, 1);
});

test("broken JSON is told with line and column", () => {
  assert.equal(jsonProblem(TEXT), null);
  const { line, message } = jsonProblem('{\n  "a": 1,\n}');
  assert.equal(line, 3);
  assert.match(message, /\w/);
});
