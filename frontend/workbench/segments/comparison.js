import { part } from "../question_element.js";
import { overlap, rangeOf, shared } from "./segment_form.js";

const MOST = 200; // rows that are listed
const ALIKE = 0.8; // nobody hears the same hundredth: stretches that share so much are the same

/**
 * How one person's segments differ from the others': for each `{segment, difference}`, "" where all the others have it alike, else "only
 * here", "other label" or "other bounds"; and as `missing` what others have and nobody marked here.
 */
export function differencesOf(segments, others) {
  const marked = segments.map((segment) => {
    const apart = others.filter((list) => !list.some((other) => other.label === segment.label && shared(segment, other) >= ALIKE));
    return { segment, difference: apart.length === 0 ? "" : wordFor(segment, apart.flat()) };
  });
  const missing = [...new Map(others.flat().map((segment) => [`${segment.label} ${rangeOf(segment)}`, segment])).values()];
  return { marked, missing: missing.filter((segment) => !segments.some((own) => overlap(own, segment))) };
}

function wordFor(segment, others) {
  const there = others.filter((other) => overlap(segment, other));
  if (there.length === 0) return "only here";
  return there.some(({ label }) => label === segment.label) ? "other bounds" : "other label";
}

/** One person's segments beside those of others: a strip of the sound with what is marked, and the same in words below it. */
export function compareSegments(question, answer, others) {
  const { marked, missing } = differencesOf(answer, others);
  const total = question.timeline?.seconds || Math.max(1, ...[answer, ...others].flat().map(({ end }) => end));
  const strip = part("div", "segment-strip", { ariaHidden: "true" }, ...marked.map((one) => bandOf(question, one, total)));
  const rows = marked.slice(0, MOST).map((one) => rowOf(question, one));
  const absent = missing.slice(0, MOST).map((segment) => part("li", "soft", { textContent: `not here: ${question.titleOf(segment.label)} ${rangeOf(segment)}` }));
  return part("div", "", {}, strip, part("ul", "segment-compared", {}, ...rows, ...absent));
}

function bandOf(question, { segment, difference }, total) {
  const band = part("span", `segment option-colour-${question.colourOf(segment.label)}${difference ? " differs" : ""}`);
  band.style.insetInlineStart = `${(segment.start / total) * 100}%`;
  band.style.width = `${((segment.end - segment.start) / total) * 100}%`;
  return band;
}

function rowOf(question, { segment, difference }) {
  const chip = part("span", `option-chip filled option-colour-${question.colourOf(segment.label)}`, { textContent: question.titleOf(segment.label), dir: "auto" });
  const said = question.own.describe(segment);
  const words = [rangeOf(segment), said, difference && `≠ ${difference}`].filter(Boolean).join(" · ");
  return part("li", difference ? "differs" : "", {}, chip, part("span", "", { textContent: words, dir: "auto" }));
}
