import { exactTimeOf } from "../audio/clock.js";

/** Ranges of time, `{start, end}` in seconds, never changed in place. */

export const LEAST = 0.01; // seconds: what is shorter was a slip of the hand

export const overlap = (one, other) => one.start < other.end && other.start < one.end;

/** What is special about segments; see `RegionRules`. */
export const segmentForm = {
  sides: ["start", "end"],
  order: (one, other) => one.start - other.start || one.end - other.end,
  problem(others, segment, { overlapping = true }) {
    const clashes = !overlapping && others.some((other) => overlap(segment, other));
    return clashes ? "Segments do not overlap here: take the other one away, or make it shorter." : "";
  },
};

/** How much of two ranges together both have, from 0 to 1. */
export function shared(one, other) {
  const common = Math.min(one.end, other.end) - Math.max(one.start, other.start);
  return common <= 0 ? 0 : common / (Math.max(one.end, other.end) - Math.min(one.start, other.start));
}

/** "0:01.25–0:03.50". */
export const rangeOf = ({ start, end }) => `${exactTimeOf(start)}–${exactTimeOf(end)}`;

/** Seconds to a thousandth: what a hand can mean. */
const rounded = (seconds) => Math.round(seconds * 1000) / 1000;

/** The range between two moments, whichever comes first; null where there is none to speak of. */
export function stretch(one, other, total = Infinity) {
  const start = rounded(Math.max(0, Math.min(one, other)));
  const end = Math.min(total, rounded(Math.max(one, other)));
  return end - start >= LEAST - 1e-9 ? { start, end } : null;
}

/** A range with one of its edges, "start" or "end", at another moment; it never turns inside out. */
export function withEdge({ start, end }, edge, seconds, total = Infinity) {
  const at = Math.min(total, Math.max(0, rounded(seconds)));
  return edge === "start" ? { start: Math.min(at, rounded(end - LEAST)), end } : { start, end: Math.max(at, rounded(start + LEAST)) };
}

/** The segments that cover a moment, the shortest first. */
export function segmentsAt(segments, at) {
  const covering = segments.filter(({ start, end }) => start <= at && at <= end);
  return covering.sort((one, other) => one.end - one.start - (other.end - other.start));
}

/** The edge that is nearest to a moment, not farther than `reach`: `{segment, edge}` or null. The `first` segment comes before others. */
export function edgeAt(segments, at, reach, first = null) {
  const edges = segments.flatMap((segment) => ["start", "end"].map((edge) => ({ segment, edge, far: Math.abs(segment[edge] - at) })));
  const near = edges.filter(({ far }) => far <= reach);
  near.sort((one, other) => (other.segment.id === first) - (one.segment.id === first) || one.far - other.far);
  return near[0] ?? null;
}

/** The row that the name of each segment stands in, by id: the first in which there is room. */
export function rowsOf(segments) {
  const ends = [];
  const rows = new Map();
  for (const { id, start, end } of [...segments].sort(segmentForm.order)) {
    const free = ends.findIndex((last) => last <= start);
    const row = free < 0 ? ends.length : free;
    ends[row] = end;
    rows.set(id, row);
  }
  return rows;
}
