import assert from "node:assert/strict";
import { test } from "node:test";
import { describeJob } from "./job_words.js";

test("a running job says how far it is and what it does", () => {
  assert.equal(describeJob({ state: "running", done: 4200, total: 8000, message: "writing rows" }), "4,200 of 8,000 · writing rows");
  assert.equal(describeJob({ state: "running", done: 0, total: null, message: "" }), "Running.");
});

test("a failed job says why", () => {
  assert.equal(describeJob({ state: "failed", done: 3, total: 9, error: "The file is empty." }), "The file is empty.");
});

test("a job that is over says how it ended", () => {
  assert.equal(describeJob({ state: "done", done: 0, total: 0, message: "" }), "Done.");
  assert.equal(describeJob({ state: "cancelled" }), "Cancelled.");
});
