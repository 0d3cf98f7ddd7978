/**
 * The candidates in an order of a person's own, the same whenever they look: sorted by a hash (FNV-1a) of person, text and id,
 * so that places on the screen do not sway everybody alike.
 */
export function shuffledFor(person, candidates) {
  const keyed = candidates.map((candidate) => [hash(`${person} ${candidate.id} ${candidate.text}`), candidate]);
  return keyed.sort(([one], [other]) => one - other).map(([, candidate]) => candidate);
}

function hash(text) {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
