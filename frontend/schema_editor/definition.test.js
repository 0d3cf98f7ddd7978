import assert from "node:assert/strict";
import test from "node:test";
import { followRename, freeName, knownValues, move, nameFrom, setValue } from "./definition.js";

test("a title becomes a name that the server takes", () => {
  assert.equal(nameFrom("2 Très triste?", "question"), "tres_triste");
  assert.equal(nameFrom("что", "question"), "question");
  assert.equal(freeName("a", ["a", "a_2"]), "a_3");
});

test("a value that says no more than a missing one is left out", () => {
  const part = { a: 1, b: 1, c: 1, d: 1 };
  setValue(part, { name: "a" }, "");
  setValue(part, { name: "b", default: true }, true);
  setValue(part, { name: "c", default: true }, false);
  setValue(part, { name: "d" }, 0);
  assert.deepEqual(part, { c: false, d: 0 });
});

test("a part is moved, but not out of the list", () => {
  const list = [1, 2, 3];
  assert.equal(move(list, 0, -1), false);
  assert.equal(move(list, 0, 1), true);
  assert.deepEqual(list, [2, 1, 3]);
});

test("what refers to a question or field follows its name", () => {
  const definition = { fields: [], questions: [{ name: "b", on: "text", when: { question: "a", is: "x" } }, { name: "c", between: "a", questions: [{ on: "text", when: { question: "a" } }] }] };
  followRename(definition, "questions", "a", "z");
  followRename(definition, "fields", "text", "body");
  const [first, second] = definition.questions;
  assert.deepEqual([first.when.question, first.on, second.between, second.questions[0].on, second.questions[0].when.question], ["z", "body", "z", "body", "a"]);
});

test("conditions know the values of options, trees and scales", () => {
  assert.deepEqual(knownValues({ kind: "choice", options: ["a", { value: "b", title: "B" }] }), [["a", "a"], ["b", "B"]]);
  assert.deepEqual(knownValues({ kind: "taxonomy", options: [{ value: "a", children: [{ value: "b" }] }] }), [["a", "a"], ["b", "b"]]);
  assert.equal(knownValues({ kind: "rating" }).length, 5);
  assert.equal(knownValues({ kind: "text" }), null);
});
