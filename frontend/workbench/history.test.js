import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "./history.js";

const row = (id) => ({ annotation_id: id * 10, task_id: id, external_id: `t${id}`, data: {}, answers: { topic: id }, version: 1 });
const local = (id, topic = id) => ({ task: { id }, answers: { topic }, version: null, annotationId: null });
const idAt = async (history, index) => (await history.at(index))?.task.id;

test("answers of this page come first, then the server's, page by page", async () => {
  const asked = [];
  const history = new History(async (cursor) => {
    asked.push(cursor);
    return cursor === "" ? { results: [row(3), row(2)], next: "http://x/?cursor=abc" } : { results: [row(1)], next: null };
  });
  history.record(local(4));
  assert.deepEqual(asked, []);
  assert.deepEqual([await idAt(history, 0), await idAt(history, 1), await idAt(history, 2)], [4, 3, 2]);
  assert.equal(await idAt(history, 3), 1);
  assert.equal(await history.at(4), null);
  assert.deepEqual(asked, ["", "abc"]);
});

test("a task answered here hides what the server remembers of it", async () => {
  const history = new History(async () => ({ results: [row(2), row(1)], next: null }));
  history.record(local(2, "newer"));
  assert.deepEqual((await history.at(0)).answers, { topic: "newer" });
  assert.equal(await idAt(history, 1), 1);
});

test("what was undone is no answer any more", async () => {
  const history = new History(async () => ({ results: [row(1)], next: null }));
  await history.at(0);
  history.forget(1);
  assert.equal(await history.at(0), null);
});

test("without a line the answers of this page can still be seen", async () => {
  const history = new History(async () => null);
  history.record(local(1));
  assert.equal(await idAt(history, 0), 1);
  assert.equal(await history.at(1), undefined);
});
