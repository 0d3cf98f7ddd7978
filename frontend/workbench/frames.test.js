import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { afterPaint, draw, write } from "./frames.js";

let frames, timers;

/** A page whose frames and timers come when told. */
beforeEach(() => {
  frames = [];
  timers = [];
  globalThis.document = { hidden: false };
  globalThis.requestAnimationFrame = (work) => frames.push(work);
  globalThis.setTimeout = (work, milliseconds = 0) => timers.push({ work, milliseconds });
});

const nextFrame = () => frames.splice(0).forEach((work) => work());

function runTimers(atMost = Infinity) {
  const isDue = ({ milliseconds }) => milliseconds <= atMost;
  while (timers.some(isDue)) timers.splice(timers.findIndex(isDue), 1)[0].work();
}

test("a frame draws first and then writes once what has changed several times, also while it drew", () => {
  const done = [];
  write("count", () => done.push("one"));
  draw(() => {
    done.push("drawn");
    write("list", () => done.push("list"));
  });
  write("count", () => done.push("two"));
  nextFrame();
  assert.deepEqual(done, ["drawn", "two", "list"]);
  nextFrame();
  assert.equal(done.length, 3);
});

test("what fails keeps nothing else from the screen", () => {
  const done = [];
  globalThis.reportError = ({ message }) => done.push(message);
  draw(() => assert.fail("broken"));
  draw(() => done.push("drawn"));
  nextFrame();
  assert.deepEqual(done, ["broken", "drawn"]);
});

test("work that nobody sees waits for the frame to be painted, and not for ever", () => {
  const done = [];
  afterPaint(() => done.push("sent"));
  afterPaint(() => done.push("stored"));
  nextFrame();
  assert.deepEqual(done, []);
  runTimers(0);
  assert.deepEqual(done, ["sent", "stored"]);
  afterPaint(() => done.push("without a frame"));
  runTimers();
  assert.deepEqual(done.at(-1), "without a frame");
});

test("a page out of sight waits for nothing", () => {
  document.hidden = true;
  const done = [];
  afterPaint(() => done.push("sent"));
  assert.deepEqual(done, ["sent"]);
});
