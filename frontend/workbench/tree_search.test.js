import assert from "node:assert/strict";
import { test } from "node:test";
import { findNodes, listNodes } from "./tree_search.js";

const TREE = [
  { value: "food", title: "Food", children: [{ value: "fruit", title: "Fresh fruit", children: [{ value: "apple", title: "Apple" }, { value: "pear", title: "Pear" }] }, { value: "pine", title: "Pineapple" }] },
  { value: "cafe", title: "Café apparel" },
];
const NODES = listNodes(TREE);
const found = (typed, limit) => findNodes(NODES, typed, limit).map(({ value }) => value);

test("nodes are listed in the order of the tree with what is above them", () => {
  assert.deepEqual(NODES.map(({ value }) => value), ["food", "fruit", "apple", "pear", "pine", "cafe"]);
  assert.equal(NODES[2].path, "Food › Fresh fruit");
  assert.ok(NODES[0].isGroup && !NODES[2].isGroup);
});

test("what begins with the word comes before what has it further on", () => {
  assert.deepEqual(found("app"), ["apple", "cafe", "pine"]);
  assert.deepEqual(found("cafe"), ["cafe"], "accents need not be typed");
});

test("an option's code leads to it before anything that begins with the same letters", () => {
  const [, , , , pineapple] = NODES;
  assert.equal(pineapple.code, "pin");
  assert.deepEqual(found("PIN"), ["pine"]);
});

test("words may be in the path", () => {
  assert.deepEqual(found("food apple"), ["apple", "pine"]);
  assert.deepEqual(found("zebra"), []);
});

test("no more than the limit are given, the best first", () => {
  const many = listNodes([...Array(10_000).keys()].map((number) => ({ value: `v${number}`, title: `Option number ${number}` })));
  assert.deepEqual(findNodes(many, "number 9999", 20).map(({ value }) => value), ["v9999"]);
  assert.equal(findNodes(many, "option", 20).length, 20);
});
