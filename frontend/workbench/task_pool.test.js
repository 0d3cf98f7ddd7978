import assert from "node:assert/strict";
import { test } from "node:test";
import { TaskPool } from "./task_pool.js";

const work = (id, expires = "2100-01-01T00:00:00Z") => ({ task: { id }, assignment: { lease_expires_at: expires } });

test("an empty pool wants one for the screen and four ahead", () => {
  assert.equal(new TaskPool().missing(), 5);
});

test("what is being asked for is not asked for twice", () => {
  const pool = new TaskPool();
  for (let count = 0; count < 5; count += 1) pool.asked();
  assert.equal(pool.missing(), 0);
  pool.answered();
  pool.add(work(1));
  assert.equal(pool.missing(), 0);
});

test("answers on their way widen the pool, up to eight leases in all", () => {
  const unsent = [11];
  const pool = new TaskPool({ unsentTaskIds: () => unsent });
  pool.onScreen = 1;
  assert.equal(pool.missing(), 3, "one unsent + one on screen + 3 = 5");
  unsent.push(12, 13);
  assert.equal(pool.missing(), 3, "3 + 1 + 3 = 7");
  unsent.push(14, 15, 16);
  assert.equal(pool.missing(), 1, "6 + 1 + 1 = 8");
});

test("at an easy pace every answer brings back exactly one task and nothing else is asked for", () => {
  const unsent = [];
  const pool = new TaskPool({ unsentTaskIds: () => unsent });
  [1, 2, 3, 4, 5].forEach((id) => pool.add(work(id)));
  for (let next = 6; next < 20; next += 1) {
    const { task } = pool.take();
    unsent.push(task.id);
    assert.ok(pool.wantsNextWithAnswer());
    pool.take();
    assert.equal(pool.missing(), 0);
    unsent.pop();
    pool.add(work(next));
    assert.equal(pool.missing(), 0);
    pool.putBack(work(pool.onScreen));
    pool.onScreen = null;
  }
});

test("an overfull pool shrinks: its answers bring nothing back", () => {
  const unsent = [];
  const pool = new TaskPool({ unsentTaskIds: () => unsent });
  [1, 2, 3, 4, 5, 6, 7].forEach((id) => pool.add(work(id)));
  unsent.push(pool.take().task.id);
  assert.ok(!pool.wantsNextWithAnswer());
});

test("a task that is here already, ready, on screen or unsent, is not kept twice", () => {
  const pool = new TaskPool({ unsentTaskIds: () => [3] });
  assert.ok(pool.add(work(1)));
  assert.ok(!pool.add(work(1)));
  pool.take();
  assert.ok(!pool.add(work(1)));
  assert.ok(!pool.add(work(3)));
  assert.deepEqual(pool.holding(), [3, 1]);
});

test("a task whose lease ran out while it waited is passed over", () => {
  const pool = new TaskPool({ now: () => Date.parse("2030-01-01T00:10:00Z") });
  pool.add(work(1, "2030-01-01T00:09:59Z"));
  pool.add(work(2, "2030-01-01T00:20:00Z"));
  assert.equal(pool.take().task.id, 2);
  assert.equal(pool.take(), null);
  assert.equal(pool.onScreen, null);
});

test("tasks are shown in the order in which they were given, whichever reply came first", () => {
  const pool = new TaskPool();
  for (const id of [11, 13, 12]) pool.add({ ...work(id), assignment: { id } });
  assert.deepEqual([pool.take(), pool.take(), pool.take()].map(({ task }) => task.id), [11, 12, 13]);
});

test("a slow reply does not bring back what was answered since the queue was asked", () => {
  const pool = new TaskPool();
  const since = pool.mark();
  pool.add(work(1));
  pool.take();
  pool.leave(1);
  pool.onScreen = null;
  assert.ok(!pool.add(work(1), since));
  assert.ok(pool.add(work(1), pool.mark()), "but the queue may give it again later, a skipped one for instance");
});

test("a task put back is the next one shown", () => {
  const pool = new TaskPool();
  [1, 2].forEach((id) => pool.add(work(id)));
  const first = pool.take();
  pool.onScreen = null;
  pool.putBack(first);
  assert.equal(pool.take(), first);
});

test("clearing tells which leases to give back", () => {
  const pool = new TaskPool();
  [1, 2, 3].forEach((id) => pool.add(work(id)));
  pool.take();
  assert.deepEqual(pool.clear(), [2, 3]);
  assert.deepEqual(pool.holding(), [1]);
});

test("what a page that is gone has answered is no longer offered", () => {
  let unsent = [];
  const pool = new TaskPool({ unsentTaskIds: () => unsent });
  [1, 2, 3].forEach((id) => pool.add(work(id)));
  unsent = [1, 3];
  pool.dropUnsent();
  assert.equal(pool.take().task.id, 2);
  assert.equal(pool.take(), null);
});
