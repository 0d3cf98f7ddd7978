import assert from "node:assert/strict";
import test from "node:test";
import { addOptions, cellsOf, mergeOptions, readOptions } from "./option_text.js";

const colours = ["Red", "Orange", "Amber"];
const read = (text, known = []) => readOptions(text, { colours, known });

test("a line is a title, and what is stored is made of it", () => {
  assert.deepEqual(read("Cool, distant\n\n Très triste \r\n").options, [
    { value: "cool_distant", title: "Cool, distant" },
    { value: "tres_triste", title: "Très triste" },
  ]);
});

test("bars part value, title, key, colour and help", () => {
  const { options, problems } = read("a | Apple | 1 | red | round\nb||B|3");
  assert.deepEqual(options, [
    { value: "a", title: "Apple", key: "1", colour: 1, help: "round" },
    { value: "b", title: "b", key: "b", colour: 3 },
  ]);
  assert.deepEqual(problems, []);
});

test("a first line that names its columns makes it CSV, quotes and all", () => {
  assert.deepEqual(read('title,value\n"Red, or ""not""",r\nGreen,g').options, [
    { value: "r", title: 'Red, or "not"' },
    { value: "g", title: "Green" },
  ]);
  assert.deepEqual(read("value;color\nx;2").options, [{ value: "x", title: "x", colour: 2 }]);
});

test("cells of a spreadsheet are parted by tabs", () => {
  assert.deepEqual(read("a\tApple\t1").options, [{ value: "a", title: "Apple", key: "1" }]);
});

test("what is wrong is told with its line and costs no other line", () => {
  const { options, problems } = read("a | A | | puce\n| |\na | Again\nb");
  assert.deepEqual(options.map(({ value }) => value), ["a", "b"]);
  assert.deepEqual(problems.map(({ line }) => line), [1, 2, 3]);
});

test("equal titles get values of their own, known titles keep theirs", () => {
  assert.deepEqual(read("Same\nSame").options.map(({ value }) => value), ["same", "same_2"]);
  assert.equal(read("Apple", [{ value: "old", title: "Apple" }]).options[0].value, "old");
});

test("ten thousand lines are read at once", () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `Option ${index}`);
  assert.equal(read(lines.join("\n")).options.length, 10_000);
});

test("old options keep what the text does not say, whether they are replaced or added to", () => {
  const before = [{ value: "a", title: "A", help: "first" }, { value: "b", title: "B", retired: true }];
  assert.deepEqual(mergeOptions(before, [{ value: "a", title: "AA" }]), [{ value: "a", title: "AA", help: "first" }]);
  assert.deepEqual(addOptions(before, [{ value: "c", title: "C" }, { value: "b", title: "BB" }]), [
    before[0],
    { value: "b", title: "BB", retired: true },
    { value: "c", title: "C" },
  ]);
});

test("an open quote takes the rest of the line", () => {
  assert.deepEqual(cellsOf('a,"b,c', ","), ["a", "b,c"]);
});
