import assert from "node:assert/strict";
import test from "node:test";
import { readTree, writeTree } from "./tree_text.js";

test("a tree written and read is the same tree", () => {
  const tree = [
    { value: "animal", title: "Animal", children: [{ value: "d", title: "Dog", key: "d", children: [{ value: "pug", title: "Pug" }] }, { value: "cat", title: "Cat", retired: true }] },
    { value: "a|b", title: "a|b" },
  ];
  const text = writeTree(tree.slice(0, 1));
  assert.equal(text, "Animal\n  d | Dog\n    Pug\n  Cat");
  assert.deepEqual(readTree(text, tree).options, tree.slice(0, 1));
});

test("what is further to the right belongs to the line above, by tabs or spaces", () => {
  const { options } = readTree("A\n\tB\n\t\tC\n\tD\nE");
  assert.equal(writeTree(options), "A\n  B\n    C\n  D\nE");
});

test("the same title below two groups gets two values", () => {
  const { options, problems } = readTree("A\n  Other\nB\n  Other");
  assert.deepEqual([options[0].children[0].value, options[1].children[0].value], ["other", "b_other"]);
  assert.deepEqual(problems, []);
});

test("a value that stands there twice is told with its line", () => {
  assert.deepEqual(readTree("x | One\nx | Two").problems.map(({ line }) => line), [2]);
});

test("a title at its old place keeps the value it had", () => {
  const before = [{ value: "k9", title: "Dog" }];
  assert.equal(readTree("Dog\nCat", before).options[0].value, "k9");
});
