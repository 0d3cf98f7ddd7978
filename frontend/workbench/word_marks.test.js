import assert from "node:assert/strict";
import { test } from "node:test";
import { findWords } from "./word_marks.js";

const found = (text, words) => findWords(text, words).map(([start, end]) => text.slice(start, end));

test("words are found in any case, every time they occur", () => {
  assert.deepEqual(found("How much did I spend? Spend less.", ["spend"]), ["spend", "Spend"]);
});

test("a word inside a longer one is not marked", () => {
  assert.deepEqual(found("months of month-end", ["month"]), ["month"]);
});

test("several words in a row are one mark, whatever stands between them", () => {
  assert.deepEqual(found("my credit  card, and credit-card fraud", ["credit card", "card"]), ["credit  card", "credit-card"]);
});

test("other scripts and emoji beside a word keep the indexes right", () => {
  assert.deepEqual(found("👩‍👩‍👧 банк и банкир, بنك", ["банк", "بنك"]), ["банк", "بنك"]);
});

test("signs that mean something in patterns are plain text", () => {
  assert.deepEqual(found("c++ or c# (50%)", ["c++", "(50%)", "a|b"]), ["c++", "(50%)"]);
});

test("no words, no marks", () => {
  assert.deepEqual(findWords("text", []), []);
  assert.deepEqual(findWords("text", [" "]), []);
});
