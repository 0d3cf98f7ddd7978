import assert from "node:assert/strict";
import { test } from "node:test";
import { CodePoints } from "./code_points.js";
import { SpanEditing } from "./span_editing.js";
import { Tokens } from "./tokens.js";

const TEXT = "😀 Acme hired Bob. Acme, in Rome, hired Eve. Acmes";

function editing(rules = {}, text = TEXT) {
  const said = [];
  const made = new SpanEditing({
    question: rules,
    own: { kept: (span) => span },
    onChange: (spans) => made.show(spans),
    onSelect: (id) => (made.selected = id),
    say: (words) => (said.push(words), false),
  });
  const tokens = new Tokens(text);
  made.begin({ points: new CodePoints(text), tokens, words: tokens });
  made.said = said;
  return made;
}

const unitsOf = (words, from = 0) => [TEXT.indexOf(words, from), TEXT.indexOf(words, from) + words.length];
const texts = ({ marks }) => marks.map(({ parts, label }) => `${parts.map(({ text }) => text).join("…")}/${label}`);

test("a span is added, relabelled and removed, and counts code points", () => {
  const edit = editing();
  edit.add(unitsOf("Acme"), "org");
  assert.deepEqual(edit.marks, [{ id: "s1", parts: [{ start: 2, end: 6, text: "Acme" }], label: "org" }]);
  edit.relabel("person");
  assert.deepEqual(texts(edit), ["Acme/person"]);
  edit.drop();
  assert.deepEqual(edit.marks, []);
  assert.equal(edit.selected, null);
});

test("all the same words get the label, not longer ones, each once", () => {
  const edit = editing();
  edit.add(unitsOf("Acme"), "org");
  assert.equal(edit.labelAllSame(), 1);
  assert.equal(edit.labelAllSame(), 0);
  assert.deepEqual(texts(edit), ["Acme/org", "Acme/org"]);
});

test("a span gets a second part, and grows and shrinks by words", () => {
  const edit = editing({ discontinuous: true });
  edit.add(unitsOf("Acme"), "org");
  edit.addPart(unitsOf("Bob"));
  assert.deepEqual(texts(edit), ["Acme…Bob/org"]);
  edit.stretch(1);
  assert.deepEqual(texts(edit), ["Acme…Bob./org"]);
  edit.stretch(-1);
  edit.stretch(-1);
  assert.deepEqual(texts(edit), ["Acme…Bob/org"]);
  assert.match(edit.said.at(-1), /one word/);
});

test("the same span twice is refused with a word about it", () => {
  const edit = editing();
  edit.add(unitsOf("Acme"), "org");
  assert.equal(edit.add(unitsOf("Acme"), "org"), false);
  assert.equal(edit.said.length, 1);
});

test("suggestions are shown, accepted and rejected one after the other", () => {
  const edit = editing();
  const part = (...units) => [new CodePoints(TEXT).part(...units)];
  edit.suggest([
    { id: "s1", parts: part(...unitsOf("Acme")), label: "org", confidence: 0.9 },
    { id: "s2", parts: part(...unitsOf("Bob")), label: "org" },
    { id: "s3", parts: part(...unitsOf("Eve")), label: "person" },
  ]);
  edit.accept();
  assert.equal(edit.selected, "s1");
  edit.accept();
  assert.equal(edit.selected, "s2");
  edit.relabel("person");
  edit.drop("s3");
  assert.deepEqual(texts(edit), ["Acme/org", "Bob/person"]);
  assert.equal("confidence" in edit.marks[0], false);
  assert.deepEqual(edit.open, []);
});

test("all suggestions are accepted with what is marked already, but not the rejected ones", () => {
  const edit = editing({ overlapping: false });
  edit.add(unitsOf("Acme hired"), "event");
  const part = (...units) => [new CodePoints(TEXT).part(...units)];
  edit.suggest([{ parts: part(...unitsOf("Acme")), label: "org" }, { parts: part(...unitsOf("Bob")), label: "person" }, { parts: part(...unitsOf("Eve")), label: "person" }]);
  edit.drop(edit.open[2].id);
  assert.deepEqual(edit.accepted.map(({ parts }) => parts[0].text), ["Acme hired", "Bob"]);
});

test("spans of another text come where the same words stand, in order, without those that do not", () => {
  const edit = editing();
  const of = (id, text, label = "org", more = []) => ({ id, parts: [{ start: 90, end: 90 + text.length, text }, ...more], label });
  const found = edit.fitting([of("s1", "Acme"), of("s2", "Acme"), of("s3", "Acme"), of("s4", "Bob", "person"), of("s5", "Ada"), of("s6", "Eve", "person", [{ start: 1, end: 2, text: "x" }])]);
  assert.deepEqual(found.map(({ id, parts: [{ start, text }] }) => `${id} ${start} ${text}`), ["s1 2 Acme", "s4 13 Bob", "s2 18 Acme"]);
});
