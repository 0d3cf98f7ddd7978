import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestWords } from "./words.js";

test("the last word is completed and those before it stay", () => {
  assert.deepEqual(suggestWords("law,  ger", ["german", "law", "algerian"]), ["law, german", "law, algerian"]);
});

test("a word that stands there already is not offered again", () => {
  assert.deepEqual(suggestWords("law, ", ["german", "law"]), ["law, german"]);
  assert.deepEqual(suggestWords("", ["german"]), ["german"]);
});
