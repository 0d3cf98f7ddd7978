import assert from "node:assert/strict";
import { test } from "node:test";
import { freshId, neighbour } from "./mark_list.js";

test("ids are short, and no id of any list is used again", () => {
  assert.equal(freshId("s"), "s1");
  assert.equal(freshId("s", [{ id: "s2" }, { id: "imported-7" }], [{ id: "s9" }]), "s10");
});

test("one walks from mark to mark, and from the first or the last where none is selected", () => {
  const marks = [{ id: "a" }, { id: "b" }];
  assert.equal(neighbour(marks, "a", 1), "b");
  assert.equal(neighbour(marks, "b", 1), null);
  assert.equal(neighbour(marks, null, 1), "a");
  assert.equal(neighbour(marks, null, -1), "b");
  assert.equal(neighbour([], null, 1), null);
});
