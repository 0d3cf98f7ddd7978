import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerHistory } from "./answer_history.js";

const turn = () => new Promise((resolve) => setTimeout(resolve));

async function edited(...states) {
  const history = new AnswerHistory();
  for (let index = 1; index < states.length; index += 1) {
    history.note(states[index - 1], states[index]);
    await turn();
  }
  return history;
}

test("a hundred steps are taken back and done again exactly", async () => {
  const item = (id) => ({ id });
  const states = [{}];
  for (let number = 0; number < 100; number += 1) {
    const spans = [...(states.at(-1).spans ?? [])];
    if (number % 3 === 2) spans.splice(number % spans.length, 1);
    else spans.splice(number % (spans.length + 1), 0, item(`s${number}`));
    states.push({ ...states.at(-1), spans, ...(number % 7 === 0 ? { tone: number } : {}) });
  }
  const history = await edited(...states);
  let answers = states.at(-1);
  for (const state of states.slice(0, -1).reverse()) assert.deepEqual((answers = history.back(answers)), state);
  assert.equal(history.back(answers), null);
  for (const state of states.slice(1)) assert.deepEqual((answers = history.forth(answers)), state);
  assert.equal(history.forth(answers), null);
});

test("what changes together is one step", async () => {
  const history = new AnswerHistory();
  history.note({ spans: [1, 2], relations: [3] }, { spans: [1], relations: [3] });
  history.note({ spans: [1], relations: [3] }, { spans: [1], relations: [] });
  assert.deepEqual(history.back({ spans: [1], relations: [] }), { spans: [1, 2], relations: [3] });
});

test("a new change ends what could be done again, and a change that changes nothing is no step", async () => {
  const history = await edited({ a: 1 }, { a: 2 });
  history.back({ a: 2 });
  history.note({ a: 1 }, { a: 1 });
  await turn();
  assert.deepEqual(history.forth({ a: 1 }), { a: 2 });
  history.back({ a: 2 });
  history.note({ a: 1 }, { a: 3 });
  await turn();
  assert.equal(history.forth({ a: 3 }), null);
});

test("a step of a long list keeps only the stretch that differs, and survives being written down", async () => {
  const spans = Array.from({ length: 5_000 }, (_, index) => ({ id: `s${index}` }));
  const changed = spans.with(2_500, { id: "other" });
  const written = JSON.stringify(await edited({ spans }, { spans: changed }));
  assert.ok(written.length < 200);
  const read = new AnswerHistory(JSON.parse(written));
  assert.deepEqual(read.back({ spans: changed }), { spans });
});

test("changes in a row with one gesture are taken back and done again at once, until another comes between", async () => {
  const history = new AnswerHistory();
  const list = (x) => ({ cells: [{ id: "r1", x }] });
  for (const [x, gesture] of [[1, "r1 1"], [2, "r1 1"], [3, "r1 2"], [4, ""], [5, ""]]) {
    history.note(list(x - 1), list(x), gesture);
    await Promise.resolve();
  }
  assert.deepEqual(history.back(list(5)), list(4));
  assert.deepEqual(history.back(list(4)), list(3));
  assert.deepEqual(history.back(list(3)), list(2));
  assert.deepEqual(history.back(list(2)), list(0));
  assert.deepEqual(history.forth(list(0)), list(2));
  history.note(list(2), list(9), "r1 1");
  await Promise.resolve();
  assert.deepEqual(history.back(list(9)), list(2), "what was taken back is no part of what comes later");
});

test("it is known whether a step can be taken back or done again, also within the turn of the step", async () => {
  const history = new AnswerHistory();
  const can = () => [history.hasBack, history.hasForth];
  assert.deepEqual(can(), [false, false]);
  history.note({}, { tone: 1 });
  assert.deepEqual(can(), [true, false]);
  await turn();
  history.back({ tone: 1 });
  assert.deepEqual(can(), [false, true]);
  history.forth({});
  assert.deepEqual(can(), [true, false]);
  history.back({ tone: 1 });
  history.note({}, { tone: 2 });
  assert.deepEqual(can(), [true, false]);
});
