import assert from "node:assert/strict";
import { test } from "node:test";
import { boxForm } from "../boxes/box_form.js";
import { PENDING, RegionEditing } from "./region_editing.js";
import { RegionRules } from "./region_rules.js";

const sides = (x, y = 0) => ({ x, y, width: 10, height: 10 });

/** Editing without a page: what it says, and each list with its gesture. */
function editing({ most = 0, regions = [], suggested = [] } = {}) {
  const said = [];
  const gestures = [];
  const rules = new RegionRules({ options: [{ value: "a" }, { value: "b" }], most }, boxForm);
  const own = { kept: (region) => region };
  const made = new RegionEditing({
    rules,
    own,
    onChange: (list, gesture) => (gestures.push(gesture), made.show(list)),
    onSelect: (id) => made.select(id),
    say: (text) => (said.push(text), false),
  });
  made.show(regions);
  made.suggest(suggested);
  return Object.assign(made, { said, gestures });
}

const labels = (regions) => regions.map(({ id, label, x }) => `${id} ${label} ${x}`);

test("what is drawn without a label waits for one, and is no part of the answer", () => {
  const one = editing();
  one.add(sides(5), "");
  assert.equal(one.selected, PENDING);
  assert.deepEqual(one.marks, []);
  one.place(PENDING, sides(7));
  one.relabel("b");
  assert.deepEqual(labels(one.marks), ["r1 b 7"]);
  assert.equal(one.pending, null);
});

test("regions stand from the top down, and the same one twice is refused", () => {
  const one = editing();
  one.add(sides(5, 20), "a");
  one.add(sides(5, 3), "a");
  assert.deepEqual(labels(one.marks), ["r2 a 5", "r1 a 5"]);
  assert.equal(one.add(sides(5, 3), "a"), false);
  assert.deepEqual(one.said, ["This is marked so already."]);
});

test("no more than asked for", () => {
  const one = editing({ most: 1 });
  one.add(sides(5), "a");
  one.add(sides(50), "a");
  assert.deepEqual(labels(one.marks), ["r1 a 5"]);
  assert.match(one.said[0], /1 at most/);
});

test("steps in a row are one gesture until something else is done", () => {
  const one = editing({ regions: [{ id: "r1", label: "a", ...sides(0) }] });
  one.select("r1");
  for (const x of [1, 2]) one.place("r1", sides(x), { isStep: true });
  one.relabel("b");
  one.place("r1", sides(3), { isStep: true });
  assert.equal(one.gestures[0], one.gestures[1]);
  assert.equal(one.gestures[2], "");
  assert.notEqual(one.gestures[3], one.gestures[0]);
});

test("suggestions are shown, taken and refused one by one, and what a model says of them stays behind", () => {
  const suggested = [1, 2, 3].map((number) => ({ id: `m${number}`, label: "a", ...sides(0, 20 * number), confidence: 0.9 }));
  const one = editing({ suggested });
  one.accept();
  assert.equal(one.selected, "m1");
  one.accept();
  assert.deepEqual(one.marks, [{ id: "m1", label: "a", ...sides(0, 20) }]);
  assert.equal(one.selected, "m2");
  one.drop();
  assert.deepEqual(one.open.map(({ id }) => id), ["m3"]);
  assert.equal(one.accepted.length, 2);
  one.suggested.bringBack();
  assert.equal(one.open.length, 2);
});

test("a suggestion that is moved is taken over", () => {
  const one = editing({ suggested: [{ id: "m1", label: "a", ...sides(0), confidence: 0.5 }] });
  one.place("m1", sides(4));
  assert.deepEqual(one.marks, [{ id: "m1", label: "a", ...sides(4) }]);
  assert.equal(one.open.length, 0);
});

test("what is removed leaves nothing selected", () => {
  const one = editing({ regions: [{ id: "r1", label: "a", ...sides(0) }] });
  one.select("r1");
  one.drop();
  assert.deepEqual([one.marks, one.selected], [[], null]);
});
