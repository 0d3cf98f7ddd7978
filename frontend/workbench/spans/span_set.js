import { neighbour } from "../marks/mark_list.js";

/** Lists of spans in wire format, never changed in place: what is not touched stays the same object. */

export const placeOf = (span) => span.parts.map(({ start, end }) => `${start}-${end}`).join(",");

/** What makes two spans the same: label and place. */
export const keyOf = (span) => `${placeOf(span)} ${span.label}`;

/** Whether two spans have the same label and place; of thousands most differ in the first thing that is asked. */
function areSame(one, other) {
  if (one.parts[0].start !== other.parts[0].start || one.label !== other.label || one.parts.length !== other.parts.length) return false;
  return one.parts.every(({ start, end }, index) => start === other.parts[index].start && end === other.parts[index].end);
}

export const startOf = (span) => span.parts[0].start;

export const endOf = (span) => span.parts.at(-1).end;

export const quoteOf = (span) => span.parts.map(({ text }) => text).join(" … ");

/** In reading order, as the server keeps them; the wider of two that begin together comes first on screen, too. */
function inOrder(spans) {
  return [...spans].sort((one, other) => startOf(one) - startOf(other) || endOf(one) - endOf(other));
}

/**
 * The list with one more span, or `{problem}` in words: the same span twice, or, where that is not allowed, one that shares
 * characters with another. A span of the same id takes the place of the one before.
 */
function withSpan(spans, span, { overlapping = true }) {
  const others = spans.filter(({ id }) => id !== span.id);
  if (others.some((other) => areSame(other, span))) return { problem: "This is marked so already." };
  if (!overlapping && others.some((other) => shareCharacters(span, other))) {
    return { problem: "Spans do not overlap here: take the other one away first." };
  }
  return { marks: inOrder([...others, span]) };
}

/** The list with several more; those that are there already, or clash where spans must not overlap, are left out. */
function withSpans(spans, added, { overlapping = true }) {
  const keys = new Set(spans.map(keyOf));
  const all = [...spans];
  for (const span of added) {
    const clashes = !overlapping && all.some((other) => shareCharacters(span, other));
    if (clashes || keys.has(keyOf(span))) continue;
    keys.add(keyOf(span));
    all.push(span);
  }
  return inOrder(all);
}

export function shareCharacters(one, other) {
  if (endOf(one) <= startOf(other) || endOf(other) <= startOf(one)) return false;
  return one.parts.some((part) => other.parts.some(({ start, end }) => part.start < end && start < part.end));
}

/** A suggested span as an answer: without what only a model says. */
function asAnswer({ id, parts, label, answers }) {
  return { id, parts, label, ...(answers ? { answers } : {}) };
}

/** What is special about spans among marks; see `MarkEditing`. */
export function spanRules(question) {
  const withOne = (spans, span) => withSpan(spans, span, question);
  const withAll = (spans, added) => withSpans(spans, added, question);
  return { placeOf, keyOf, inOrder, asAnswer, with: withOne, withAll };
}

/** A span's parts with one more; what touches or overlaps becomes one. `slice(start, end)` is the text between code points. */
export function withPart(parts, part, slice) {
  const merged = [];
  for (const { start, end } of [...parts, part].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged.map(({ start, end }) => ({ start, end, text: slice(start, end) }));
}

/** The spans that cover a code point, innermost first. */
export function spansAt(spans, point) {
  const covering = spans.filter(({ parts }) => parts.some(({ start, end }) => start <= point && point < end));
  return covering.sort((one, other) => lengthOf(one) - lengthOf(other));
}

export function lengthOf(span) {
  return span.parts.reduce((total, { start, end }) => total + end - start, 0);
}

/** The id of the next span (1) or the one before (-1) in reading order; where none is selected, from a place in the text. */
export function neighbourFrom(point, spans, id, direction) {
  if (point < 0 || spans.some((span) => span.id === id)) return neighbour(spans, id, direction);
  const found = direction > 0 ? spans.find((span) => startOf(span) >= point) : spans.findLast((span) => startOf(span) < point);
  return found?.id ?? null;
}

/** What a question that stands on spans says of an answer to another task: `kept` of it hold here (see `fitting` of a question). */
export function partly(answer, kept, what) {
  const missing = kept.length < answer.length ? `${answer.length - kept.length} of ${answer.length} ${what}` : "";
  return { answer: kept.length > 0 || !missing ? kept : null, missing };
}
