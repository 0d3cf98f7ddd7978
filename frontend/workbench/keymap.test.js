import assert from "node:assert/strict";
import { test } from "node:test";
import { Keymap } from "./keymap.js";

const options = (count) => Array.from({ length: count }, (_, index) => ({ value: `v${index}` }));
const kept = [..."usfcgz"];
const usual = (given, taken) => new Keymap().usualKeys(given, taken);

function chosen(own, more = {}) {
  const keymap = new Keymap();
  keymap.begin({ own, ...more });
  return keymap;
}

test("options get 1 to 9, then 0, then letters", () => {
  assert.deepEqual(usual(options(12)), ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "a", "b"]);
});

test("no option ever gets a reserved key, and thirty options all have different ones", () => {
  const keys = usual(options(30));
  assert.equal(new Set(keys).size, 30);
  assert.ok(keys.every((key) => key && !kept.includes(key)));
});

test("options past the last free key have none", () => {
  assert.equal(usual(options(40)).filter((key) => key === "").length, 10);
});

test("an option keeps its own key, and the others are counted around it", () => {
  assert.deepEqual(usual([{ key: "B" }, {}, { key: "1" }, {}]), ["b", "2", "1", "3"]);
});

test("a wanted key that is reserved or taken is replaced", () => {
  assert.deepEqual(usual([{ key: "s" }, { key: "h" }, { key: "h" }, { key: "F1" }]), ["1", "h", "2", "3"]);
});

test("a question's own keys are given to no option, and z only to one that asks for it", () => {
  assert.deepEqual(usual([{ key: "m" }, {}], ["m", "1"]), ["2", "3"]);
  assert.deepEqual(usual([{ key: "z" }, {}]), ["z", "1"]);
  assert.ok(!usual(options(40)).includes("z"));
});

test("a person's own keys come before what is usual, and the other options keep theirs", () => {
  const keymap = chosen({ options: { topic: { v2: "q" } } });
  assert.deepEqual(keymap.optionKeys("topic", options(4)), ["1", "2", "q", "4"]);
  assert.deepEqual(keymap.optionKeys("other", options(4)), ["1", "2", "3", "4"], "it is that question's key only");
});

test("an option whose usual key another option has gets the next that is free", () => {
  const keymap = chosen({ options: { topic: { v2: "1" } } });
  assert.deepEqual(keymap.optionKeys("topic", options(3)), ["3", "2", "1"]);
});

test("an option never gets a key of an action, also where the person has moved the action there", () => {
  const keymap = chosen({ actions: { skip: "a" }, options: { topic: { v0: "a", v1: "u" } } });
  assert.deepEqual(keymap.optionKeys("topic", [...options(2), { value: "x", key: "a" }]), ["1", "2", "3"]);
});

test("moving an action away moves no option's key", () => {
  const before = usual(options(20));
  assert.deepEqual(chosen({ actions: { skip: ";" } }).optionKeys("topic", options(20)), before);
});

test("a key calls the action that the person has put there before the one that usually has it", () => {
  const keymap = chosen({ actions: { skip: "v" } }, { isCovering: true });
  assert.equal(keymap.at("v").name, "skip");
  assert.equal(keymap.at("s"), undefined);
  assert.equal(keymap.keyOf("skip"), "v");
});

test("actions belong to their page, and the cover's key only to where tasks are covered", () => {
  assert.equal(chosen({}).at("v"), undefined);
  assert.equal(chosen({}, { isCovering: true }).at("v").name, "cover");
  assert.equal(chosen({}).at("Backspace"), undefined);
  assert.equal(chosen({}, { page: "review" }).at("Backspace").name, "return");
});
