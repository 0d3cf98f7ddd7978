import assert from "node:assert/strict";
import { test } from "node:test";
import { textParts } from "./text_parts.js";

test("an ordinary text is one part, an empty one too", () => {
  assert.deepEqual(textParts("a\nb"), ["a\nb"]);
  assert.deepEqual(textParts(""), [""]);
});

test("a very long text is cut at line ends and nothing is lost", () => {
  const text = Array.from({ length: 3000 }, (_, index) => `line ${index} 👩‍👩‍👧 ${"x".repeat(index % 90)}\n${index % 7 ? "" : "\n\n"}`).join("");
  const parts = textParts(text);
  assert.ok(parts.length > 10);
  assert.equal(parts.join(""), text);
  assert.ok(parts.slice(0, -1).every((part) => part.endsWith("\n")));
  assert.ok(parts.every((part) => !part.startsWith("\n")));
});

test("a very long line stays whole", () => {
  assert.equal(textParts("x".repeat(50_000)).length, 1);
});
