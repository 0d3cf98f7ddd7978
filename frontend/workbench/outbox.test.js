import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox, pauseBefore, verdictOf } from "./outbox.js";

/** A server whose replies are given one by one, a store in memory, and timers that run when told. */
function makeOutbox({ kept = [], living = [] } = {}) {
  const sent = [];
  const timers = [];
  const stored = new Map(kept.map((entry) => [entry.key, entry]));
  const store = {
    scope: "1:demo",
    unwritten: 0,
    put: (entry) => stored.set(entry.key, structuredClone(entry)),
    delete: (key) => stored.delete(key),
    all: async () => [...stored.values()].sort((a, b) => a.order - b.order),
  };
  const tab = { id: "here", living: async () => new Set(["here", ...living]), alone: (name, work) => work() };
  const clock = { setTimeout: (run) => timers.push(run), clearTimeout: () => timers.splice(0) };
  const told = [];
  const outbox = new Outbox({
    store,
    tab,
    clock,
    send: (entry, facts) => new Promise((resolve) => sent.push({ entry, facts, reply: (status, body = {}) => answer(resolve, status, body) })),
    onSent: (entry, body) => told.push(["sent", entry.key, body]),
    onRefused: (entry) => told.push(["refused", entry.key]),
    onAdopted: () => told.push(["adopted"]),
  });
  const answer = async (resolve, status, body) => {
    resolve({ status, body, retryAfter: 0 });
    await new Promise(setImmediate);
  };
  return { outbox, sent, stored, told, timers, runTimers: () => timers.splice(0).forEach((run) => run()) };
}

const submit = (taskId, key) => ({ key, kind: "submit", taskId, body: { answers: { topic: key } } });

test("an entry is stored before it is sent and forgotten only when the server has answered", async () => {
  const { outbox, sent, stored, told } = makeOutbox();
  outbox.add(submit(1, "a"));
  assert.ok(stored.has("a"));
  assert.equal(outbox.summary.waiting, 1);
  await sent[0].reply(201, { annotation: {} });
  assert.equal(stored.size, 0);
  assert.equal(outbox.summary.waiting, 0);
  assert.deepEqual(told[0].slice(0, 2), ["sent", "a"]);
});

test("different tasks go side by side, at most five at once", () => {
  const { outbox, sent } = makeOutbox();
  for (let id = 1; id <= 7; id += 1) outbox.add(submit(id, `k${id}`));
  assert.deepEqual(sent.map(({ entry }) => entry.taskId), [1, 2, 3, 4, 5]);
});

test("entries of one task wait for each other and hand on id and version", async () => {
  const { outbox, sent } = makeOutbox();
  outbox.onSent = (entry, body) => outbox.learn(entry.taskId, { annotationId: body.id, version: body.version });
  outbox.add(submit(1, "a"));
  outbox.add({ key: "b", kind: "undo", taskId: 1 });
  assert.equal(sent.length, 1);
  await sent[0].reply(201, { id: 9, version: 1 });
  assert.equal(sent[1].entry.kind, "undo");
  assert.deepEqual(sent[1].facts, { annotationId: 9, version: 1 });
});

test("a lost line keeps everything and one probe goes first when it is tried again", async () => {
  const { outbox, sent, stored, runTimers } = makeOutbox();
  for (let id = 1; id <= 3; id += 1) outbox.add(submit(id, `k${id}`));
  for (const { reply } of sent.splice(0)) await reply(0);
  assert.equal(outbox.link, "offline");
  assert.equal(stored.size, 3);
  runTimers();
  assert.equal(sent.length, 1);
  await sent[0].reply(201);
  assert.equal(outbox.link, "up");
  assert.equal(sent.length, 3, "the others follow at once");
  assert.equal(sent[0].entry.key, "k1", "in order, with the keys they had");
});

test("one that the server always fails on does not block the others", async () => {
  const { outbox, sent, runTimers } = makeOutbox();
  outbox.add(submit(1, "poison"));
  outbox.add(submit(2, "good"));
  for (const { reply } of sent.splice(0)) await reply(500);
  const order = [];
  for (let round = 0; round < 4; round += 1) {
    runTimers();
    for (const { entry, reply } of sent.splice(0)) {
      order.push(entry.key);
      await reply(entry.key === "poison" ? 500 : 201);
    }
  }
  assert.ok(order.includes("good"));
  assert.deepEqual(outbox.waiting.map(({ key }) => key), ["poison"]);
});

test("a signed-out person loses nothing, and nothing is tried until they are back", async () => {
  const { outbox, sent, timers, stored } = makeOutbox();
  outbox.add(submit(1, "a"));
  await sent[0].reply(401);
  assert.equal(outbox.link, "signed_out");
  assert.equal(timers.length, 0);
  outbox.add(submit(2, "b"));
  assert.equal(sent.length, 1);
  assert.equal(stored.size, 2);
  outbox.resume();
  assert.equal(sent.length, 2);
});

test("what the server refuses stays, with its reason, until a person decides", async () => {
  const { outbox, sent, stored, told } = makeOutbox();
  const entry = outbox.add(submit(1, "a"));
  await sent[0].reply(422, { detail: "No such option." });
  assert.equal(stored.get("a").problem.detail, "No such option.");
  assert.deepEqual(told, [["refused", "a"]]);
  assert.deepEqual([outbox.summary.waiting, outbox.summary.refused], [0, 1]);
  outbox.add({ key: "c", kind: "comment", taskId: 1 });
  assert.equal(sent[1].entry.key, "c", "a comment on the same task still goes");
  outbox.remove(entry);
  assert.equal(outbox.summary.refused, 0);
});

test("an entry that has not left can be changed; one under way cannot", () => {
  const { outbox, sent, stored } = makeOutbox();
  outbox.link = "offline";
  const entry = outbox.add(submit(1, "a"));
  assert.equal(outbox.open(1, "submit"), entry);
  outbox.update(entry, { answers: { topic: "other" } });
  assert.deepEqual(stored.get("a").body.answers, { topic: "other" });
  outbox.resume();
  assert.equal(sent.length, 1);
  assert.equal(outbox.open(1, "submit"), undefined);
});

test("what a closed tab left is taken over, what a living one holds is not", async () => {
  const left = { scope: "1:demo", kind: "submit", body: {}, state: "waiting", tries: 0, facts: { annotationId: 3, version: 2 } };
  const kept = [
    { ...left, key: "old", tab: "gone", order: 1, taskId: 1 },
    { ...left, key: "other", tab: "alive", order: 2, taskId: 2 },
  ];
  const { outbox, sent, stored, told } = makeOutbox({ kept, living: ["alive"] });
  await outbox.adopt();
  assert.deepEqual(sent.map(({ entry }) => entry.key), ["old"]);
  assert.deepEqual(sent[0].facts, { annotationId: 3, version: 2 });
  assert.equal(stored.get("old").tab, "here");
  assert.deepEqual(told.filter(([what]) => what === "adopted"), [["adopted"]]);
  await outbox.adopt();
  assert.equal(told.filter(([what]) => what === "adopted").length, 1, "nothing new was taken over");
});

test("tasks whose answers are unsent are still ours", () => {
  const { outbox } = makeOutbox();
  outbox.add(submit(1, "a"));
  outbox.add({ key: "s", kind: "skip", taskId: 2 });
  outbox.add({ key: "r", kind: "revise", taskId: 3 });
  assert.deepEqual(outbox.unsentTaskIds(), [1, 2]);
});

test("statuses mean what they say", () => {
  const meant = { 0: "offline", 200: "done", 204: "done", 401: "signed_out", 404: "refused", 409: "refused", 422: "refused", 429: "trouble", 503: "trouble" };
  for (const [status, verdict] of Object.entries(meant)) assert.equal(verdictOf(Number(status)), verdict);
});

test("pauses double up to half a minute and are spread", () => {
  assert.deepEqual([1, 2, 3].map((attempt) => pauseBefore(attempt, 0.5)), [1000, 2000, 4000]);
  assert.equal(pauseBefore(20, 0.5), 30_000);
  assert.ok(pauseBefore(1, 0) < pauseBefore(1, 1));
});
