import assert from "node:assert/strict";
import { test } from "node:test";
import { isHarmless, problemInWords } from "./problems.js";

const conflict = (answers, status = "submitted") => ({
  kind: "submit",
  body: { answers: { topic: "a" } },
  problem: { status: 409, annotation: { status, answers } },
});

test("a conflict with the very same answer is none", () => {
  assert.ok(isHarmless(conflict({ topic: "a" })));
  assert.ok(!isHarmless(conflict({ topic: "b" })));
  assert.ok(!isHarmless(conflict({ topic: "a" }, "draft")));
  assert.ok(!isHarmless({ kind: "submit", body: {}, problem: { status: 422 } }));
});

test("the most particular message is shown", () => {
  assert.equal(problemInWords({ status: 422, title: "T", detail: "D", errors: [{ message: "E." }] }), "E.");
  assert.equal(problemInWords({ status: 409, title: "T", detail: "D", errors: [] }), "D");
  assert.equal(problemInWords({ status: 418 }), "The server refused it (418).");
});
