import assert from "node:assert/strict";
import { test } from "node:test";
import { Tokens } from "./tokens.js";

const FAMILY = "👩‍👩‍👧";
const snapped = (text, start, end, granularity) => {
  const found = new Tokens(text, granularity).snap(start, end);
  return found && text.slice(...found);
};

test("a piece of text snaps to whole words, without the blanks around it", () => {
  assert.equal(snapped("Acme hired Bob.", 2, 7), "Acme hired");
  assert.equal(snapped("Acme hired Bob.", 4, 11), "hired");
  assert.equal(snapped("Acme  hired", 4, 6), null);
});

test("no emoji, no letter with its marks and no flag is ever split", () => {
  const text = `x ${FAMILY} y e\u0301te\u0301 🇺🇳 z`;
  const family = text.indexOf(FAMILY);
  assert.equal(snapped(text, family + 2, family + 3), FAMILY);
  assert.equal(snapped(text, family + 2, family + 3, "grapheme"), FAMILY);
  const accented = text.indexOf("e\u0301");
  assert.equal(snapped(text, accented + 1, accented + 2), "e\u0301te\u0301");
  assert.equal(snapped(text, accented + 1, accented + 2, "grapheme"), "e\u0301");
  const flag = text.indexOf("🇺");
  assert.equal(snapped(text, flag + 2, flag + 3), "🇺🇳");
});

test("next and previous pass over blanks and line ends", () => {
  const tokens = new Tokens("one\r\n\r\n two");
  assert.deepEqual(tokens.next(3), [8, 11]);
  assert.deepEqual(tokens.previous(8), [0, 3]);
  assert.equal(tokens.next(11), null);
  assert.equal(tokens.previous(0), null);
  assert.equal(new Tokens("").next(0), null);
});

test("zero-width characters are no tokens of their own", () => {
  const tokens = new Tokens("a\u200b b");
  assert.deepEqual(tokens.next(1), [3, 4]);
  assert.equal(snapped("x Ann\ufeff\u2060 c", 3, 4), "Ann");
});

test("right-to-left words are words", () => {
  assert.equal(snapped("שלום עולם", 1, 2), "שלום");
});

test("the same string is found as a word, not inside another", () => {
  const text = "May met Mayor May; dismay. May's";
  assert.deepEqual(new Tokens(text).occurrences("May"), [[0, 3], [14, 17]]);
});

test("the same string is found in scripts without spaces", () => {
  assert.equal(new Tokens("王小明在北京。小王在北京站。").occurrences("北京").length, 2);
});

test("a browser that cannot segment still keeps words and emoji whole", () => {
  const { Segmenter } = Intl;
  Intl.Segmenter = undefined;
  try {
    assert.equal(snapped(`Acme ${FAMILY} hired`, 6, 7), FAMILY);
    assert.equal(snapped("Acme hired Bob.", 2, 7), "Acme hired");
    assert.equal(snapped("é e\u0301a", 3, 4, "grapheme"), "e\u0301");
  } finally {
    Intl.Segmenter = Segmenter;
  }
});
