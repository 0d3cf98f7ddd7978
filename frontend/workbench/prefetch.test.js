import assert from "node:assert/strict";
import { test } from "node:test";
import { Prefetch } from "./prefetch.js";
import { TaskPool } from "./task_pool.js";

const work = (id) => ({ task: { id }, assignment: { id, lease_expires_at: "2100-01-01T00:00:00Z" } });
const nothing = (code) => ({ task: null, reason: { code } });

/** A queue that answers when told, and timers that run when told. */
function makePrefetch() {
  const asked = [];
  const timers = new Map();
  const unsent = [];
  const pool = new TaskPool({ unsentTaskIds: () => unsent });
  const api = { post: (path, body) => new Promise((resolve) => asked.push({ body, resolve })) };
  const clock = { setTimeout: (run, after) => (timers.set(1, { run, after }), 1), clearTimeout: () => timers.clear() };
  const arrived = [];
  const prefetch = new Prefetch({ pool, api, path: "next/", clock, onChange: () => {}, onWork: ({ task }) => arrived.push(task?.id ?? null) });
  const reply = async (body, status = 200) => {
    asked.shift().resolve({ status, body, retryAfter: 0 });
    await new Promise(setImmediate);
  };
  const runTimer = () => {
    const [{ run }] = timers.values();
    timers.clear();
    run();
  };
  return { prefetch, pool, asked, timers, unsent, arrived, reply, runTimer };
}

test("the pool is filled one after the other, telling what is held", async () => {
  const { prefetch, asked, reply } = makePrefetch();
  prefetch.fill();
  assert.equal(asked.length, 1);
  for (let id = 1; id <= 5; id += 1) {
    assert.equal(asked[0].body.holding.length, id - 1);
    await reply(work(id));
  }
  assert.equal(asked.length, 0, "five are enough");
});

test("an empty queue is believed and looked at again after twenty seconds", async () => {
  const { prefetch, asked, timers, reply, runTimer } = makePrefetch();
  prefetch.fill();
  await reply(nothing("all_done"));
  assert.equal(prefetch.reason.code, "all_done");
  assert.equal(timers.get(1).after, 20_000);
  runTimer();
  assert.equal(asked.length, 1);
});

test("a reply that was overtaken by an answer is not believed", async () => {
  const { prefetch, pool, asked, reply, runTimer } = makePrefetch();
  pool.add(work(1));
  pool.take();
  prefetch.fill();
  pool.leave(1);
  pool.take();
  await reply(nothing("held_by_others"));
  assert.equal(prefetch.reason, null);
  runTimer();
  assert.equal(asked.length, 1, "asked again at once");
});

test("while answers are on their way, nobody is told that there is nothing left", async () => {
  const { prefetch, unsent, asked, reply } = makePrefetch();
  unsent.push(7);
  prefetch.receive(nothing("held_by_others"));
  assert.equal(asked.length, 0);
  unsent.pop();
  prefetch.receive(nothing("held_by_others"));
  assert.equal(prefetch.reason, null);
  await reply(nothing("all_done"));
  assert.equal(prefetch.reason.code, "all_done");
});

test("a task that two replies bring is shown once, also when the second comes after it was answered", async () => {
  const { prefetch, pool, arrived, reply } = makePrefetch();
  const answerLeft = pool.mark(); // the queue gives task 7 to this answer, but its reply is slow
  prefetch.fill();
  await reply(work(7)); // meanwhile the queue hands out the same lease again
  pool.take();
  pool.leave(7);
  pool.take();
  prefetch.receive(work(7), answerLeft);
  assert.deepEqual(arrived.slice(0, 1), [7]);
  assert.equal(pool.size, 0);
});

test("a line that is down is tried again later, and at once when it is back", async () => {
  const { prefetch, asked, timers, reply } = makePrefetch();
  prefetch.fill();
  await reply({}, 0);
  assert.equal(prefetch.link, "offline");
  assert.equal(timers.size, 1);
  prefetch.lookAgain();
  assert.equal(asked.length, 1);
  assert.equal(timers.size, 0);
});

test("a project that is closed to us is not asked again and again", async () => {
  const { prefetch, asked, timers, reply } = makePrefetch();
  prefetch.fill();
  await reply({ title: "There is no such thing here." }, 404);
  assert.equal(prefetch.link, "refused");
  prefetch.fill();
  assert.deepEqual([asked.length, timers.size], [0, 0]);
});

test("nothing is asked for during a pause", () => {
  const { prefetch, asked } = makePrefetch();
  prefetch.hold(true);
  prefetch.fill();
  assert.equal(asked.length, 0);
  prefetch.hold(false);
  assert.equal(asked.length, 1);
});
