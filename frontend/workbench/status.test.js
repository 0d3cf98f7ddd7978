import assert from "node:assert/strict";
import { test } from "node:test";
import { progressInWords, stateOf } from "./status.js";

const state = (changes) => stateOf({ link: "up", waiting: 0, refused: 0, unwritten: 0, ...changes });

test("saved is said only when nothing is waiting and nothing was refused", () => {
  assert.deepEqual(state({}), { look: "good", text: "saved", needsPerson: false });
  assert.equal(state({ waiting: 2 }).text, "saving 2");
  assert.equal(state({ refused: 1 }).text, "1 not accepted");
});

test("kept is said only of what is on disk", () => {
  assert.equal(state({ link: "offline", waiting: 2, unwritten: 2 }).text, "offline, 2 queued");
  assert.equal(state({ link: "offline", waiting: 2 }).text, "offline, 2 kept in this browser");
});

test("a person is called only when they can do something", () => {
  assert.ok(state({ link: "signed_out", waiting: 1 }).needsPerson);
  assert.ok(state({ refused: 1 }).needsPerson);
  assert.ok(!state({ link: "offline", waiting: 1 }).needsPerson);
});

test("numbers have their thousands marked", () => {
  assert.equal(progressInWords({ done: 1284, total: 8000 }), "1,284 of 8,000");
});

test("nothing is called saved before it is known what an earlier page left", () => {
  assert.equal(state({ isRead: false }).text, "opening");
  assert.equal(state({ isRead: false, waiting: 2 }).text, "saving 2");
});
