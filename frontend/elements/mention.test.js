import assert from "node:assert/strict";
import { test } from "node:test";
import { callBefore, completeCall } from "./mention.js";

test("an @ that begins a word calls somebody, an address does not", () => {
  assert.deepEqual(callBefore("ask @be", 7), { start: 4, begun: "be" });
  assert.deepEqual(callBefore("@", 1), { start: 0, begun: "" });
  assert.deepEqual(callBefore("(@zoë", 5), { start: 1, begun: "zoë" });
  assert.equal(callBefore("ben@example", 11), null);
  assert.equal(callBefore("ask @ben now", 12), null);
});

test("a call is completed where the caret stands, and writing goes on behind it", () => {
  assert.deepEqual(completeCall("ask @be please", 7, "ben"), { text: "ask @ben please", caret: 8 });
  assert.deepEqual(completeCall("@a", 2, "ada"), { text: "@ada ", caret: 5 });
});
