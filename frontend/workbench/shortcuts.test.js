import assert from "node:assert/strict";
import { test } from "node:test";
import { RESERVED, assignKeys, isPlainPress, keyMeant, undoMeant } from "./shortcuts.js";

const options = (count) => Array.from({ length: count }, (_, index) => ({ value: `v${index}` }));

test("options get 1 to 9, then 0, then letters", () => {
  assert.deepEqual(assignKeys(options(12)), ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "a", "b"]);
});

test("no option ever gets a reserved key, and thirty options all have different ones", () => {
  const keys = assignKeys(options(30));
  assert.equal(new Set(keys).size, 30);
  assert.ok(keys.every((key) => key && !RESERVED.has(key)));
});

test("options past the last free key have none", () => {
  assert.equal(assignKeys(options(40)).filter((key) => key === "").length, 10);
});

test("an option keeps its own key, and the others are counted around it", () => {
  assert.deepEqual(assignKeys([{ key: "B" }, {}, { key: "1" }, {}]), ["b", "2", "1", "3"]);
});

test("a wanted key that is reserved or taken is replaced", () => {
  assert.deepEqual(assignKeys([{ key: "s" }, { key: "h" }, { key: "h" }, { key: "F1" }]), ["1", "h", "2", "3"]);
});

test("letters count whatever their case", () => {
  assert.equal(keyMeant({ key: "U", code: "KeyU", shiftKey: true }), "u");
});

test("digits work on a French layout without Shift", () => {
  assert.equal(keyMeant({ key: "&", code: "Digit1" }), "1");
  assert.equal(keyMeant({ key: "é", code: "Digit2" }), "2");
});

test("letters work on layouts that are not Latin, by their place", () => {
  assert.equal(keyMeant({ key: "г", code: "KeyU" }), "u");
});

test("an option's own key counts before its place on the keyboard", () => {
  assert.equal(keyMeant({ key: "Г", code: "KeyU" }, ["г"]), "г");
});

test("the number pad types digits", () => {
  assert.equal(keyMeant({ key: "4", code: "Numpad4" }), "4");
});

test("plus is plus with and without Shift, and ? is ? wherever it stands", () => {
  assert.equal(keyMeant({ key: "=", code: "Equal" }), "+");
  assert.equal(keyMeant({ key: "+", code: "Equal", shiftKey: true }), "+");
  assert.equal(keyMeant({ key: "?", code: "Slash", shiftKey: true }), "?");
});

test("named keys stay as they are", () => {
  assert.equal(keyMeant({ key: "ArrowLeft", code: "ArrowLeft" }), "ArrowLeft");
  assert.equal(keyMeant({ key: " ", code: "Space" }), " ");
});

test("presses with a modifier, in a text box or half of a composed character are not for the page", () => {
  const on = (selector) => ({ target: { closest: () => selector } });
  assert.ok(isPlainPress(on(null)));
  assert.ok(!isPlainPress(on("textarea")));
  assert.ok(!isPlainPress({ ...on(null), ctrlKey: true }));
  assert.ok(!isPlainPress({ ...on(null), metaKey: true }));
  assert.ok(!isPlainPress({ ...on(null), altKey: true }));
  assert.ok(!isPlainPress({ ...on(null), isComposing: true }));
  assert.ok(!isPlainPress({ ...on(null), defaultPrevented: true }));
});

test("a question's own keys are given to no option, and z only to one that asks for it", () => {
  assert.deepEqual(assignKeys([{ key: "m" }, {}], ["m", "1"]), ["2", "3"]);
  assert.deepEqual(assignKeys([{ key: "z" }, {}]), ["z", "1"]);
  assert.ok(!assignKeys(options(40)).includes("z"));
});

test("Shift makes another key only where somebody asks for it", () => {
  assert.equal(keyMeant({ key: "ArrowRight", shiftKey: true }, ["Shift+ArrowRight"]), "Shift+ArrowRight");
  assert.equal(keyMeant({ key: "ArrowRight", shiftKey: true }, ["ArrowRight"]), "ArrowRight");
  assert.equal(keyMeant({ key: "N", code: "KeyN", shiftKey: true }, ["n", "Shift+N"]), "Shift+N");
  assert.equal(keyMeant({ key: "Z", code: "KeyZ", shiftKey: true }), "Shift+Z");
});

test("ctrl z and ctrl shift z mean the last change, but not in a text box", () => {
  const on = (selector, event) => ({ target: { closest: () => selector }, key: "z", ctrlKey: true, ...event });
  assert.equal(undoMeant(on(null)), "takeBack");
  assert.equal(undoMeant(on(null, { key: "Z", shiftKey: true })), "doAgain");
  assert.equal(undoMeant(on(null, { key: "y" })), "doAgain");
  assert.equal(undoMeant(on("textarea")), null);
  assert.equal(undoMeant(on(null, { ctrlKey: false })), null);
});
