import assert from "node:assert/strict";
import { test } from "node:test";
import { absentRows, actionRow, canSwap, holderOf, pageRows, refusal, withKeys } from "./key_rows.js";

const option = (scope, value, key) => ({ scope, option: value, key, usual: key, does: value });
const skip = () => actionRow("skip");

function rowsWith(...rows) {
  const shown = [...rows, ...pageRows()];
  return [...shown, ...absentRows(shown)];
}

test("an action's new key is held by options of every question and by other actions", () => {
  const rows = rowsWith(option("topic", "a", "1"), option("tone", "b", "q"));
  assert.equal(holderOf(rows, skip(), "q").does, "b");
  assert.equal(holderOf(rows, skip(), "f").action, "flag");
  assert.equal(holderOf(rows, skip(), "w"), null);
  assert.equal(holderOf(rows, skip(), "Escape").does, "Close, or return to the open task");
});

test("options of different questions may share a key, those of one may not", () => {
  const rows = rowsWith(option("topic", "a", "1"), option("topic", "b", "2"), option("tone", "c", "3"));
  assert.equal(holderOf(rows, rows[0], "3"), null);
  assert.equal(holderOf(rows, rows[0], "2").option, "b");
  assert.equal(holderOf(rows, rows[0], "s").action, "skip");
});

test("what questions elsewhere do by keys is not taken away from them by the page, but options may have it", () => {
  const rows = rowsWith(option("topic", "a", "1"));
  assert.equal(holderOf(rows, skip(), "m").action, "spans.keys");
  assert.equal(holderOf(rows, rows[0], "m"), null);
  assert.equal(holderOf(rows, rows[0], "Backspace"), null);
});

test("an action of several questions is asked of all of them", () => {
  const next = actionRow("spans.next");
  const rows = rowsWith({ ...next, scope: "entities" }, { ...next, scope: "links" }, option("links", "part of", "q"));
  assert.equal(holderOf(rows, rows[0], "q").option, "part of");
});

test("an option may have the key of taking back, which yields", () => {
  const rows = rowsWith(option("topic", "a", "1"));
  assert.equal(holderOf(rows, rows[0], "z"), null);
});

test("two change places only where both can live with it", () => {
  const rows = rowsWith(option("topic", "a", "q"), option("topic", "b", "2"), option("tone", "c", "x"));
  const of = (value) => rows.find((row) => row.option === value);
  assert.ok(canSwap(rows, skip(), actionRow("flag")));
  assert.ok(canSwap(rows, skip(), of("a")));
  assert.ok(canSwap(rows, of("a"), of("b")));
  assert.ok(!canSwap(rows, of("b"), skip()), "digits are kept for answers");
  assert.ok(!canSwap(rows, skip(), actionRow("close")), "esc stays what it is");
  const twice = rowsWith(option("topic", "a", "q"), option("tone", "b", "q"));
  assert.ok(!canSwap(twice, skip(), twice[0]), "a second one holds it too");
});

test("digits are kept for answers", () => {
  assert.equal(refusal(skip(), "4"), "Digits are kept for answers. Choose another key.");
  assert.equal(refusal(option("topic", "a", "1"), "4"), "");
  assert.equal(refusal({ ...actionRow("chains.begin"), key: "q" }, "0"), "", "its usual key can be had again");
});

test("only what is not usual is kept", () => {
  const own = { actions: { skip: "q" }, options: { topic: { a: "w" } } };
  assert.deepEqual(withKeys(own, [[skip(), "s"], [option("topic", "a", "1"), "1"]]), { actions: {}, options: {} });
  assert.deepEqual(withKeys(own, [[actionRow("flag"), "s"]]), { actions: { skip: "q", flag: "s" }, options: { topic: { a: "w" } } });
  assert.deepEqual(own.options, { topic: { a: "w" } }, "what was kept before is not touched");
});
