/** Pure questions about the answers given so far. */

export function isAnswered(answer) {
  if (answer === undefined || answer === null || answer === "") return false;
  return !Array.isArray(answer) || answer.length > 0;
}

/** All that the model suggests, as answers. */
export function suggestedAnswers(predictions) {
  return Object.fromEntries(Object.entries(predictions ?? {}).map(([name, { value }]) => [name, value]));
}

/** What of it is chosen from the start, because the model is sure enough for that. */
export function preselectedAnswers(predictions) {
  return Object.fromEntries(Object.entries(predictions ?? {}).map(([name, one]) => [name, preselectedOf(one)]).filter(([, answer]) => answer !== null));
}

/** Of a question about each part of a task, the parts that are sure enough. */
function preselectedOf({ value, preselected, parts }) {
  if (!parts) return preselected ? value : null;
  const sure = Object.entries(parts).filter(([, part]) => part.preselected);
  return sure.length > 0 ? Object.fromEntries(sure.map(([id, part]) => [id, part.value])) : null;
}

export function sameAnswers(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value) {
  if (Array.isArray(value) || value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
