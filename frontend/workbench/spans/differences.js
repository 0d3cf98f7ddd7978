import { endOf, keyOf, placeOf, shareCharacters, startOf } from "./span_set.js";

const NEAR = 60; // code points of text around what is marked
const SHORT = 1_500; // texts up to here are shown whole

/**
 * How one person's spans differ from the others': for each `{span, difference}`, "" where all the others have it alike, else "only
 * here", "other label" or "other bounds"; and as `missing` what others have and nobody marked here.
 */
export function differencesOf(spans, others) {
  const keys = others.map((list) => new Set(list.map(keyOf)));
  const marked = spans.map((span) => {
    const apart = others.filter((_, index) => !keys[index].has(keyOf(span)));
    return { span, difference: apart.length === 0 ? "" : wordFor(span, apart.flat()) };
  });
  const missing = [...new Map(others.flat().map((span) => [keyOf(span), span])).values()];
  return { marked, missing: missing.filter((span) => !spans.some((own) => shareCharacters(own, span))) };
}

function wordFor(span, others) {
  if (others.some((other) => placeOf(other) === placeOf(span) && other.label !== span.label)) return "other label";
  if (others.some((other) => shareCharacters(span, other))) return "other bounds";
  return "only here";
}

/**
 * The text cut where a mark begins or ends: `{start, end, items}` pieces in code points, with what covers them. Of a long text only
 * what is around the marks; a piece with `isGap` stands for the rest.
 */
export function pieces(length, items) {
  const inside = (at) => items.filter(({ span }) => span.parts.some(({ start, end }) => start <= at && at < end));
  const bounds = items.flatMap(({ span }) => span.parts.flatMap(({ start, end }) => [start, end]));
  const near = length <= SHORT ? [] : items.flatMap(({ span }) => [Math.max(0, startOf(span) - NEAR), Math.min(length, endOf(span) + NEAR)]);
  const cuts = [...new Set([0, length, ...bounds, ...near])].sort((a, b) => a - b);
  const isNear = (at) => length <= SHORT || items.some(({ span }) => startOf(span) - NEAR <= at && at < endOf(span) + NEAR);
  const found = [];
  for (let index = 0; index + 1 < cuts.length; index += 1) {
    const [start, end] = [cuts[index], cuts[index + 1]];
    if (isNear(start)) found.push({ start, end, items: inside(start) });
    else if (!found.at(-1)?.isGap) found.push({ start, end, items: [], isGap: true });
  }
  return found;
}
