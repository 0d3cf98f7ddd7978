import assert from "node:assert/strict";
import { test } from "node:test";
import { Saver } from "./saver.js";

function saver(statuses, parts = {}) {
  const sent = [];
  const send = async (taskId, answers) => {
    sent.push([taskId, answers.topic]);
    return { status: statuses.shift() ?? 200, body: {} };
  };
  const states = [];
  return { sent, states, made: new Saver({ send, onChange: (state) => states.push(state), pause: async () => {}, ...parts }) };
}

test("each answer goes out once, and it says when all are saved", async () => {
  const { sent, states, made } = saver([]);
  made.put(1, { topic: "a" });
  made.put(2, { topic: "b" });
  await made.settled();
  assert.deepEqual(sent, [[1, "a"], [2, "b"]]);
  assert.deepEqual(states, ["saving", "good"]);
});

test("of one task only the newest answer has to arrive", async () => {
  const { sent, made } = saver([]);
  made.put(1, { topic: "a" });
  made.put(2, { topic: "a" });
  made.put(2, { topic: "b" });
  made.put(1, { topic: "c" });
  await made.settled();
  assert.deepEqual(sent, [[1, "a"], [1, "c"], [2, "b"]]);
});

test("without a line it tries again and loses nothing", async () => {
  const { sent, states, made } = saver([0, 503, 401, 200]);
  made.put(1, { topic: "a" });
  assert.equal(made.waiting.length, 1);
  await made.settled();
  assert.equal(sent.length, 4);
  assert.deepEqual(states, ["saving", "offline", "offline", "signed-out", "good"]);
  assert.deepEqual(made.waiting, []);
});

test("what is refused is told and not sent again", async () => {
  const refused = [];
  const { sent, made } = saver([409], { onRefused: (reply, taskId) => refused.push([reply.status, taskId]) });
  made.put(7, { topic: "a" });
  await made.settled();
  assert.deepEqual(refused, [[409, 7]]);
  assert.equal(sent.length, 1);
});
