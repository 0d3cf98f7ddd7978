/** Which questions are asked, given the answers so far: the same rule as on the server (projects/schema/conditions.py). */

const TESTS = ["is", "is_not", "at_least", "at_most", "answered"];

/** Does a question's condition hold? `valuesOf(name, answer)` is what conditions know an answer by. */
export function holds(when, answers, valuesOf) {
  const answer = answers[when.question] ?? null;
  const test = TESTS.find((name) => name in when);
  if (test === "answered") return (answer !== null) === when.answered;
  if (answer === null) return test === "is_not";
  if (test === "at_least") return typeof answer === "number" && answer >= when.at_least;
  if (test === "at_most") return typeof answer === "number" && answer <= when.at_most;
  const wanted = [when[test]].flat();
  const has = valuesOf(when.question, answer).some((value) => wanted.includes(value));
  return test === "is" ? has : !has;
}

/** The names of the questions that are asked: an answer to one that is not does not count for those behind it. */
export function askedNames(questions, answers, valuesOf) {
  const counted = {};
  const asked = [];
  for (const { name, when } of questions) {
    if (when && !holds(when, counted, valuesOf)) continue;
    asked.push(name);
    if (answers[name] !== undefined) counted[name] = answers[name];
  }
  return asked;
}
