import assert from "node:assert/strict";
import { test } from "node:test";
import { following, nudgeOf, zoomed } from "./view.js";

const ALL = { from: 0, to: 8 };

test("what is looked at stays where it is while one comes closer, and all is seen again on the way back", () => {
  assert.deepEqual(zoomed(ALL, 1, 2, 8), { from: 1, to: 5 });
  assert.deepEqual(zoomed({ from: 1, to: 5 }, -1, 2, 8), ALL);
  assert.deepEqual(zoomed(ALL, -1, 2, 8), ALL);
  assert.deepEqual(zoomed(ALL, 1, 0, 8), { from: 0, to: 4 });
  assert.deepEqual(zoomed({ from: 0, to: 2 }, 1, 7, 8), { from: 1, to: 2 });
});

test("there is an end to coming closer, also in a sound that is shorter than that", () => {
  assert.deepEqual(zoomed({ from: 1, to: 1.25 }, 1, 1, 8), { from: 1, to: 1.25 });
  assert.deepEqual(zoomed({ from: 0, to: 0.1 }, 1, 0, 0.1), { from: 0, to: 0.1 });
  assert.deepEqual(zoomed({ from: 0, to: 0 }, 1, 0, 0), { from: 0, to: 0 });
});

test("the view goes on when the sound leaves it, and stays while it does not", () => {
  assert.deepEqual(following({ from: 0, to: 2 }, 1.5, 8), { from: 0, to: 2 });
  assert.deepEqual(following({ from: 0, to: 2 }, 2.1, 8), { from: 2, to: 4 });
  assert.deepEqual(following({ from: 4, to: 6 }, 0, 8), { from: 0, to: 2 });
  assert.deepEqual(following({ from: 0, to: 2 }, 8, 8), { from: 6, to: 8 });
});

test("a press moves an edge less where one looks closer", () => {
  assert.deepEqual([ALL, { from: 1, to: 2 }, { from: 0, to: 600 }, { from: 0, to: 9_000 }].map(nudgeOf), [0.05, 0.005, 5, 5]);
});
