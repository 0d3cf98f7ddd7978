import assert from "node:assert/strict";
import { test } from "node:test";
import { codesOf } from "./tree_codes.js";
import { findNodes, listNodes } from "./tree_search.js";

const codes = (...titles) => [...codesOf(listNodes(titles.map((title) => ({ value: title, title })))).values()];

test("a code is made of the title's letters", () => {
  assert.deepEqual(codes("Apple", "Fresh fruit", "Café au lait"), ["app", "fre", "caf"]);
});

test("whoever comes later gets other letters of the title", () => {
  assert.deepEqual(codes("Appliances", "Apple", "Apparel for men"), ["app", "appl", "afm"]);
});

test("no code is the whole title of another option", () => {
  assert.deepEqual(codes("Carpets", "Car"), ["carp", "car"]);
});

test("titles without letters that can be typed get a number", () => {
  const [first, second] = codes("水果", "蔬菜");
  assert.match(first, /^[a-z0-9]{3,4}$/);
  assert.notEqual(first, second);
});

const named = (number) => {
  const letters = ["Steel", "Rubber", "Paper", "Garden", "Kitchen", "Office", "Fresh", "Frozen", "Used", "New"];
  const things = ["pump", "valve", "chair", "table", "hose", "lamp", "tray", "bolt", "cable", "glove"];
  return `${letters[number % 10]} ${things[Math.floor(number / 10) % 10]} ${Math.floor(number / 100)}`;
};
for (const [what, title] of Object.entries({ "that differ": named, "all alike": () => "Part", "of digits": String })) {
  test(`any of ten thousand options with titles ${what} is at most four keys away, and first of what is found`, () => {
    const nodes = listNodes([...Array(10_000).keys()].map((number) => ({ value: `v${number}`, title: title(number) })));
    assert.equal(new Set(nodes.map(({ code }) => code)).size, 10_000);
    assert.ok(nodes.every(({ code }) => /^[a-z0-9]{3,4}$/.test(code)));
    for (const node of nodes.filter((_, index) => index % 97 === 0)) assert.equal(findNodes(nodes, node.code.toUpperCase(), 30)[0].value, node.value);
  });
}
