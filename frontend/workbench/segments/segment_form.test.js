import assert from "node:assert/strict";
import { test } from "node:test";
import { RegionRules } from "../regions/region_rules.js";
import { edgeAt, rangeOf, rowsOf, segmentForm, segmentsAt, shared, stretch, withEdge } from "./segment_form.js";

const make = (id, start, end, label = "bell") => ({ id, label, start, end });
const BELL = make("s1", 1, 2);
const BIRD = make("s2", 1.5, 4, "bird");
const RAIN = make("s3", 5, 6, "rain");
const ALL = [BELL, BIRD, RAIN];

test("a stretch lies between two moments in either order, within the sound, and a slip of the hand is none", () => {
  assert.deepEqual(stretch(3.00049, 1), { start: 1, end: 3 });
  assert.deepEqual(stretch(-1, 9, 8.1234), { start: 0, end: 8.1234 });
  assert.deepEqual(stretch(1, 1.01), { start: 1, end: 1.01 });
  assert.equal(stretch(1, 1.004), null);
});

test("an edge moves, stays within the sound, and never passes the other", () => {
  assert.deepEqual(withEdge(BELL, "end", 3.14159), { start: 1, end: 3.142 });
  assert.deepEqual(withEdge(BELL, "end", 99, 8), { start: 1, end: 8 });
  assert.deepEqual(withEdge(BELL, "start", 5), { start: 1.99, end: 2 });
  assert.deepEqual(withEdge(BELL, "end", 0), { start: 1, end: 1.01 });
  assert.deepEqual(withEdge(BELL, "start", -1), { start: 0, end: 2 });
});

const rules = (more = {}) => new RegionRules({ options: [{ value: "bell" }, { value: "bird" }, { value: "rain" }], ...more }, segmentForm);

test("segments are kept by when they begin, and twice the same is refused", () => {
  assert.deepEqual(rules().with([RAIN, BELL], BIRD).marks, ALL);
  assert.match(rules().with(ALL, { ...BELL, id: "s9" }).problem, /already/);
  assert.equal(rules().with(ALL, make("s9", 1, 2, "bird")).marks.length, 4);
});

test("where segments must not overlap, touching is allowed", () => {
  const strict = rules({ overlapping: false });
  assert.match(strict.with([BELL], BIRD).problem, /do not overlap/);
  assert.equal(strict.with([BELL], make("s2", 2, 3)).marks.length, 2);
  assert.deepEqual(strict.withAll([BELL], [BIRD, RAIN]), [BELL, RAIN]);
});

test("what covers a moment comes shortest first, and the nearest edge in reach is taken, of the selected one before others", () => {
  assert.deepEqual(segmentsAt(ALL, 1.7), [BELL, BIRD]);
  assert.deepEqual(segmentsAt(ALL, 4.5), []);
  assert.deepEqual([edgeAt(ALL, 1.9, 0.2).segment.id, edgeAt(ALL, 1.9, 0.2).edge], ["s1", "end"]);
  assert.equal(edgeAt(ALL, 4.5, 0.2), null);
  assert.equal(edgeAt(ALL, 1.6, 0.5).segment.id, "s2");
  assert.equal(edgeAt(ALL, 1.6, 0.5, "s1").segment.id, "s1");
});

test("names of segments that overlap stand below each other", () => {
  assert.deepEqual([...rowsOf(ALL)], [["s1", 0], ["s2", 1], ["s3", 0]]);
  assert.equal(rangeOf(BIRD), "0:01.50–0:04.00");
});

test("what two stretches share is told by their overlap over both together", () => {
  assert.equal(shared(BELL, BELL), 1);
  assert.equal(shared(BELL, RAIN), 0);
  assert.equal(shared(make("a", 0, 2), make("b", 1, 3)), 1 / 3);
});
