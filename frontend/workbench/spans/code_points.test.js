import assert from "node:assert/strict";
import { test } from "node:test";
import { CodePoints } from "./code_points.js";

const TEXTS = {
  plain: "Acme hired Bob.",
  emoji: "👩‍👩‍👧 met 🇺🇳 and 👍🏽 today",
  combining: "Zoe\u0301 e\u0301te\u0301",
  "line ends": "one\r\ntwo\r\n\r\nthree",
  "right to left": "שלום עולם 👋 مرحبا",
  chinese: "王小明在北京𠮷野家吃饭",
  "zero width": "a\u200bb\u200dc\ufeffd\u2060e 😀",
  "a lone half": "x\ud83dy 😀",
  empty: "",
};

for (const [name, text] of Object.entries(TEXTS)) {
  test(`both ways of counting agree with the text itself: ${name}`, () => {
    const points = new CodePoints(text);
    const characters = [...text];
    let unit = 0;
    characters.forEach((character, point) => {
      assert.equal(points.toPoint(unit), point);
      assert.equal(points.toUnit(point), unit);
      unit += character.length;
    });
    assert.equal(points.toPoint(text.length), characters.length);
    assert.equal(points.toUnit(characters.length), text.length);
    assert.equal(points.slice(0, characters.length), text);
  });
}

test("the middle of a pair counts as its beginning", () => {
  assert.equal(new CodePoints("a😀b").toPoint(2), 1);
});

test("a part is in wire format", () => {
  assert.deepEqual(new CodePoints("😀 Acme").part(3, 7), { start: 2, end: 6, text: "Acme" });
});
