// Marks pieces of texts as a person would: the field shows the text, the pointer picks a range of the document, the tokens snap it,
// and the part is counted in code points. All of it is the labeling page's own code.
import "../frontend/workbench/text_field.js";
import { CodePoints } from "../frontend/workbench/spans/code_points.js";
import { Tokens } from "../frontend/workbench/spans/tokens.js";

const LABELS = ["one", "two", "three"];

/** For each text what the document holds of it, and up to three spans; `numbers` are random, in [0, 1). */
globalThis.markTexts = (texts, numbers) => {
  const next = () => numbers[(at += 1) % numbers.length];
  let at = 0;
  const field = document.createElement("text-field");
  document.body.replaceChildren(field);
  return texts.map((text) => {
    field.value = text;
    const map = field.textMap;
    const points = new CodePoints(map.text);
    const spans = LABELS.map((label, number) => ({ id: `s${number + 1}`, label, units: pick(map, next) }));
    const parts = ({ units }) => (units ? [points.part(...units)] : []);
    return { shown: field.textContent, spans: spans.map((span) => ({ id: span.id, label: span.label, parts: parts(span) })).filter((span) => span.parts.length > 0) };
  });
};

function pick(map, next) {
  const from = Math.floor(next() * map.text.length);
  const to = Math.min(map.text.length, from + 1 + Math.floor(next() * 40));
  const ranges = map.ranges(from, to);
  const picked = document.createRange();
  picked.setStart(ranges[0].startContainer, ranges[0].startOffset);
  picked.setEnd(ranges.at(-1).endContainer, ranges.at(-1).endOffset);
  return new Tokens(map.text, next() < 0.5 ? "word" : "grapheme").snap(...map.unitsOf(picked));
}
