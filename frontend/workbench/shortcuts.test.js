import assert from "node:assert/strict";
import { test } from "node:test";
import { keymap } from "./keymap.js";
import { isPlainPress, keyChosen, keyMeant, keyName, undoMeant } from "./shortcuts.js";

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

test("a chosen key is the letter, the sign or the named key that was pressed, with Shift where that makes another key", () => {
  assert.equal(keyChosen({ key: "q", code: "KeyQ" }), "q");
  assert.equal(keyChosen({ key: "Q", code: "KeyQ", shiftKey: true }), "Shift+Q");
  assert.equal(keyChosen({ key: "@", code: "Digit2", shiftKey: true }), "@");
  assert.equal(keyChosen({ key: "ä", code: "Quote" }), "ä");
  assert.equal(keyChosen({ key: "г", code: "KeyU" }), "u", "what stands there on a Latin keyboard works on both layouts");
  assert.equal(keyChosen({ key: "&", code: "Digit1" }), "1", "a French keyboard types digits with Shift");
  assert.equal(keyChosen({ key: "PageUp", code: "PageUp", shiftKey: true }), "Shift+PageUp");
  assert.equal(keyChosen({ key: " ", code: "Space" }), " ");
});

test("keys of the browser, half-typed characters and keys with ctrl cannot be chosen", () => {
  for (const key of ["Tab", "F5", "Dead", "Unidentified", "\u0301", "\u200b"]) assert.equal(keyChosen({ key, code: "" }), null);
  assert.equal(keyChosen({ key: "q", code: "KeyQ", ctrlKey: true }), null);
});

test("a key that the person has chosen is heard as such, also a sign on a digit's place", () => {
  keymap.own = { actions: { skip: "@", flag: "Shift+Q" } };
  assert.equal(keyMeant({ key: "@", code: "Digit2", shiftKey: true }), "@");
  assert.equal(keyMeant({ key: "Q", code: "KeyQ", shiftKey: true }), "Shift+Q");
  assert.equal(keyMeant({ key: "Й", code: "KeyQ", shiftKey: true }), "Shift+Q", "by its place on a Cyrillic keyboard");
  keymap.own = {};
  assert.equal(keyMeant({ key: "@", code: "Digit2", shiftKey: true }), "2");
});

test("keys are called as they stand on the keyboard", () => {
  assert.deepEqual(["s", " ", "Shift+Z", "ArrowLeft", "-", "Home"].map(keyName), ["S", "space", "⇧ Z", "←", "−", "home"]);
});
