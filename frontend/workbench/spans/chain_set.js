import { freshId } from "../marks/mark_list.js";

/** Lists of chains in wire format: a span is in one at most, and a chain has two members at least. */

export function chainOf(chains, spanId) {
  return chains.find(({ members }) => members.includes(spanId));
}

/** The chains without that span; one that has a single member left is none any more. */
export function left(chains, spanId) {
  if (!chainOf(chains, spanId)) return chains;
  return chains.map((chain) => without(chain, (id) => id !== spanId)).filter(({ members }) => members.length > 1);
}

/** The span in the chain at `index`, or in a new one with the span that has `begun` it; it leaves the one where it was. */
export function joined(chains, spanId, { index, begun, label }) {
  const target = index === undefined ? null : chains[index];
  if (target?.members.includes(spanId)) return chains;
  if (target) return left(chains, spanId).map((chain) => (chain.id === target.id ? { ...chain, members: [...chain.members, spanId] } : chain));
  if (!begun || begun === spanId) return chains;
  const others = left(left(chains, spanId), begun);
  return [...others, { id: freshId("c", chains), members: [begun, spanId], ...(label ? { label } : {}) }];
}

export function labelled(chains, id, label) {
  return chains.map((chain) => (chain.id === id ? { ...chain, label } : chain));
}

/** The chains with only the spans that are still there; the same list where all are. */
export function withoutSpans(chains, ids) {
  if (chains.every(({ members }) => members.every((id) => ids.has(id)))) return chains;
  return chains.map((chain) => without(chain, (id) => ids.has(id))).filter(({ members }) => members.length > 1);
}

function without(chain, isKept) {
  return chain.members.every(isKept) ? chain : { ...chain, members: chain.members.filter(isKept) };
}
