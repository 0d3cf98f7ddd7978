import assert from "node:assert/strict";
import { test } from "node:test";
import { countsNow, progressInWords, stateOf } from "./status.js";

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

test("what is taken back of another tab's answers never makes a count fall below nothing", () => {
  const fetched = { done: 1, total: 12, mine_today: 1 };
  assert.deepEqual(countsNow(fetched, -2, true), { done: 0, today: 0 });
  assert.deepEqual(countsNow(fetched, 30, true), { done: 12, today: 31 });
  assert.deepEqual(countsNow(fetched, 3, false), { done: 1, today: 4 });
});
