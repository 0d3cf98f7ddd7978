import assert from "node:assert/strict";
import { test } from "node:test";
import { chainOf, joined, labelled, left, withoutSpans } from "./chain_set.js";

const CHAINS = [{ id: "c1", members: ["s1", "s2"] }, { id: "c2", members: ["s3", "s4", "s5"] }];

test("a new chain has the span that began it and the one that joined", () => {
  assert.deepEqual(joined([], "s2", { begun: "s1", label: "person" }), [{ id: "c1", members: ["s1", "s2"], label: "person" }]);
  assert.deepEqual(joined([], "s1", { begun: "s1" }), []);
});

test("a span that joins a chain leaves the one where it was", () => {
  const chains = joined(CHAINS, "s3", { index: 0 });
  assert.deepEqual(chains.map(({ members }) => members), [["s1", "s2", "s3"], ["s4", "s5"]]);
});

test("a chain that loses all members but one is none any more", () => {
  assert.deepEqual(left(CHAINS, "s1").map(({ id }) => id), ["c2"]);
  assert.equal(left(CHAINS, "s9"), CHAINS);
  assert.deepEqual(joined(CHAINS, "s1", { index: 1 }).map(({ members }) => members), [["s3", "s4", "s5", "s1"]]);
});

test("removed spans leave their chains, and nothing changes where none was in one", () => {
  assert.equal(withoutSpans(CHAINS, new Set(["s1", "s2", "s3", "s4", "s5", "s6"])), CHAINS);
  assert.deepEqual(withoutSpans(CHAINS, new Set(["s1", "s3", "s4"])), [{ id: "c2", members: ["s3", "s4"] }]);
});

test("a chain is found by its member and gets another label", () => {
  assert.equal(chainOf(CHAINS, "s4").id, "c2");
  assert.equal(labelled(CHAINS, "c1", "place")[0].label, "place");
});
