/** Pure questions about, and changes of, a schema's definition that is being edited. */
import { slugify } from "../elements/slug.js";

/** A title as a name: a lower-case letter, then letters, digits or _, 40 at most. */
export function nameFrom(title, stem) {
  const name = slugify(title).replace(/[^a-z0-9_]+/g, "").replace(/^[^a-z]+/, "").slice(0, 40);
  return name || stem;
}

/** The name, with a number behind it where others have it. */
export function freeName(name, others) {
  const taken = new Set(others);
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const tried = `${name.slice(0, 36)}_${number}`;
    if (!taken.has(tried)) return tried;
  }
}

/** Move a part of a list by so many places; where it cannot go further nothing changes. Tells whether it moved. */
export function move(list, index, step) {
  const to = index + step;
  if (to < 0 || to >= list.length) return false;
  list.splice(to, 0, ...list.splice(index, 1));
  return true;
}

/** Set a key, or leave it out where the value says no more than a missing one does. */
export function setValue(part, { name, default: usual }, value) {
  const saysNothing = value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
  if (saysNothing || value === usual) delete part[name];
  else part[name] = value;
}

/** A new part of that kind, with what the kind's settings begin with. */
export function newPart({ kind, settings }, { name, title }) {
  const part = { name, kind, ...(title ? { title } : {}) };
  for (const { name: key, start } of settings) if (start !== undefined) part[key] = structuredClone(start);
  return part;
}

/** Options as objects, whether they stand as texts or as objects, and those below them. */
export function allOptions(options = []) {
  if (!Array.isArray(options)) return [];
  return options.flatMap((option) => (typeof option === "string" ? [{ value: option, title: option }] : [option, ...allOptions(option.children)]));
}

/** Each value that conditions can ask a question for, with its title; null where they have no end. */
export function knownValues(question) {
  if (question.kind === "rating") {
    const lowest = question.lowest ?? 1;
    const highest = question.highest ?? Math.max(5, lowest + 4);
    return Array.from({ length: Math.max(0, Math.min(101, highest - lowest + 1)) }, (_, step) => [String(lowest + step), String(lowest + step)]);
  }
  if (question.kind === "preference" || !Array.isArray(question.options)) return null;
  return allOptions(question.options).map(({ value, title }) => [value, title ?? value]);
}

const NAMING = { fields: ["on", "draft"], questions: ["between", "of"] };

/** Another name for a field or question: what refers to it follows. */
export function followRename(definition, place, before, after) {
  const visit = (questions, isNested) => {
    for (const question of questions ?? []) {
      for (const key of NAMING[place]) if (question[key] === before) question[key] = after;
      if (place === "questions" && !isNested && question.when?.question === before) question.when.question = after;
      visit(question.questions, true);
    }
  };
  visit(definition.questions, false);
}
