import assert from "node:assert/strict";
import { test } from "node:test";
import { ScreenClock } from "./screen_clock.js";

function clockWithFrames() {
  const frames = [];
  let time = 0;
  const clock = new ScreenClock({ nextFrame: (draw) => frames.push(draw), now: () => time });
  const frame = (at) => {
    time = at;
    frames.splice(0).forEach((draw) => draw());
  };
  return { clock, frame };
}

test("before anything was painted nothing is on screen", () => {
  const { clock } = clockWithFrames();
  clock.show("first");
  assert.equal(clock.at(5), null);
});

test("a press before the next task was painted belongs to the former one, also when it is handed over late", () => {
  const { clock, frame } = clockWithFrames();
  clock.show("first");
  frame(10);
  clock.show("second");
  assert.equal(clock.at(20), "first");
  frame(30);
  assert.equal(clock.at(20), "first");
  assert.equal(clock.at(30), "second");
});

test("the page changes in the frame that shows it, not before", () => {
  const { clock, frame } = clockWithFrames();
  const drawn = [];
  clock.show("first", () => drawn.push("first"));
  assert.deepEqual(drawn, []);
  frame(10);
  assert.deepEqual(drawn, ["first"]);
});

test("a task that was replaced before its frame is never drawn and never counts", () => {
  const { clock, frame } = clockWithFrames();
  const drawn = [];
  clock.show("first", () => drawn.push("first"));
  frame(10);
  clock.show("never seen", () => drawn.push("never seen"));
  clock.show("third", () => drawn.push("third"));
  frame(30);
  assert.deepEqual(drawn, ["first", "third"]);
  assert.equal(clock.at(29), "first");
  assert.equal(clock.at(31), "third");
});

test("while nothing is left to answer, a press belongs to nothing", () => {
  const { clock, frame } = clockWithFrames();
  clock.show("first");
  frame(10);
  clock.show(null);
  frame(20);
  assert.equal(clock.at(15), "first");
  assert.equal(clock.at(25), null);
});
