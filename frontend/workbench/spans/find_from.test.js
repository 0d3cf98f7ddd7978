import assert from "node:assert/strict";
import { test } from "node:test";
import { findFrom } from "./find_from.js";

const TEXT = "The placement of Acme; acme again.";

test("letters are found at the beginning of a word first, whatever their case", () => {
  assert.deepEqual(findFrom(TEXT, "ac", 0), [17, 19]);
  assert.deepEqual(findFrom(TEXT, "ac", 19), [23, 25]);
});

test("past the end it goes on from the beginning", () => {
  assert.deepEqual(findFrom(TEXT, "the", 10), [0, 3]);
});

test("letters inside a word are found where no word begins so", () => {
  assert.deepEqual(findFrom(TEXT, "ment", 0), [9, 13]);
  assert.equal(findFrom(TEXT, "zebra", 0), null);
  assert.equal(findFrom(TEXT, "", 0), null);
});

test("signs are letters like others, and blanks match line ends", () => {
  assert.deepEqual(findFrom("cost (USD)\r\nfive", "(usd) five", 0), [5, 16]);
});
