import assert from "node:assert/strict";
import { test } from "node:test";
import { insertAt, placeholder, settle, shifted } from "./picture_text.js";

test("a picture at the start of a line stands on lines of its own", () => {
  assert.deepEqual(insertAt("# A\nb", 4, 4, ["![]()"]), { text: "# A\n\n![]()\n\nb", caret: 10 });
});

test("a picture among words stays among them, and what was marked gives way", () => {
  assert.equal(insertAt("see here now", 4, 8, ["![]()"]).text, "see ![]() now");
});

test("several pictures stand below each other", () => {
  assert.deepEqual(insertAt("a", 1, 1, ["![]()", "![]()"]), { text: "a\n\n![]()\n\n![]()", caret: 15 });
});

test("with the caret in a picture's description the next picture follows that one", () => {
  assert.equal(insertAt("![](asset:7)\nb", 2, 2, ["![]()"]).text, "![](asset:7)\n\n![]()\nb");
  assert.equal(insertAt("[a](b)", 1, 1, ["![]()"]).text, "[![]()a](b)");
});

test("the placeholder holds nothing that Markdown would take for marks", () => {
  assert.equal(placeholder("a[b](c)!.png", 2), "![Adding a b  c  .png (2) …]()");
  assert.equal(placeholder("", 1), "![Adding picture (1) …]()");
});

test("the description goes between the brackets", () => {
  const held = placeholder("x.png", 1);
  assert.deepEqual(settle(`a ${held} b`, held, "![](asset:7)"), { text: "a ![](asset:7) b", at: 2, caret: 4 });
});

test("a placeholder that the person removed stays removed", () => {
  assert.equal(settle("a b", "![Adding x (1) …]()", "![](asset:7)"), null);
});

test("a picture that was refused leaves nothing", () => {
  assert.equal(settle("a X b", "X", "").text, "a  b");
});

test("the caret stays at the words where the person went on writing", () => {
  assert.equal(shifted(3, 5, 10, -4), 3);
  assert.equal(shifted(20, 5, 10, -4), 16);
  assert.equal(shifted(7, 5, 10, -4), 5);
});
