import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerHistory } from "./answer_history.js";
import { EditKeep } from "./edit_keep.js";

class Memory extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => this.set(key, value);
  removeItem = (key) => this.delete(key);
}

test("what was left open is found again, with its steps, and only for its task", () => {
  const memory = new Memory();
  const edits = new AnswerHistory();
  edits.note({}, { topic: "a" });
  new EditKeep({ scope: "1:p", memory }).put(7, { topic: "a" }, edits);
  const again = new EditKeep({ scope: "1:p", memory });
  assert.equal(again.take(8), null);
  const { answers, edits: steps } = again.take(7);
  assert.deepEqual(answers, { topic: "a" });
  assert.deepEqual(steps.back(answers), {});
  assert.equal(new EditKeep({ scope: "2:p", memory }).take(7), null);
  again.drop(7);
  assert.equal(again.take(7), null);
});

test("a browser that keeps nothing does no harm", () => {
  const refuse = () => {
    throw new Error("no storage");
  };
  const keep = new EditKeep({ scope: "1:p", memory: { getItem: refuse, setItem: refuse, removeItem: refuse } });
  keep.put(7, {}, new AnswerHistory());
  keep.drop(7);
  assert.equal(keep.take(7), null);
});
