const DEPTH = 200;

/**
 * The changes made to the answers of one task, to be taken back and done again exactly. Changes of one turn of the page are one
 * step. A step keeps only what differs, of a long list the stretch that does, so that hundreds of them cost little.
 */
export class AnswerHistory {
  #back = [];
  #forth = [];
  #open = null; // a step of this turn: {before, after}
  #gesture = ""; // what the last step was a part of

  constructor({ back = [], forth = [] } = {}) {
    this.#back = back;
    this.#forth = forth;
  }

  /** Is there a step to take back? */
  get hasBack() {
    return this.#open !== null || this.#back.length > 0;
  }

  /** Is there a step to do again? */
  get hasForth() {
    return this.#open === null && this.#forth.length > 0;
  }

  /** Changes in a row with the same `gesture` are one step, too: a box that is moved key by key. */
  note(before, after, gesture = "") {
    if (this.#open) return void (this.#open.after = after);
    const isSameGesture = gesture && gesture === this.#gesture && this.#forth.length === 0 && this.#back.length > 0;
    this.#open = { before: isSameGesture ? moved(before, this.#back.pop(), backwards) : before, after };
    this.#gesture = gesture;
    queueMicrotask(() => this.#close());
  }

  /** The answers before the last step, or null where there is none. */
  back(answers) {
    this.#close();
    this.#gesture = "";
    return move(answers, this.#back, this.#forth, backwards);
  }

  /** The answers with the step that was taken back last, or null. */
  forth(answers) {
    this.#close();
    return move(answers, this.#forth, this.#back, forwards);
  }

  toJSON() {
    this.#close();
    return { back: this.#back, forth: this.#forth };
  }

  #close() {
    if (!this.#open) return;
    const { before, after } = this.#open;
    this.#open = null;
    const step = differenceOf(before, after);
    if (step.length === 0) return;
    this.#back = [...this.#back.slice(1 - DEPTH), step];
    this.#forth = [];
  }
}

function move(answers, from, to, how) {
  const step = from.pop();
  if (!step) return null;
  to.push(step);
  return moved(answers, step, how);
}

function moved(answers, step, how) {
  const changed = { ...answers };
  for (const difference of step) {
    const value = how(changed[difference.name], difference);
    if (value === undefined) delete changed[difference.name];
    else changed[difference.name] = value;
  }
  return changed;
}

/** What differs, name by name: `{name, from, to}`, and of two lists `{name, at, out, into}`. */
function differenceOf(before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
  return names.map((name) => {
    const [from, to] = [before[name], after[name]];
    return Array.isArray(from) && Array.isArray(to) ? { name, ...stretchOf(from, to) } : { name, from, to };
  });
}

function stretchOf(from, to) {
  const shorter = Math.min(from.length, to.length);
  let at = 0;
  while (at < shorter && from[at] === to[at]) at += 1;
  let end = 0;
  while (end < shorter - at && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  return { at, out: from.slice(at, from.length - end), into: to.slice(at, to.length - end) };
}

const backwards = (value, { at, out, into, from }) => (at === undefined ? from : value.toSpliced(at, into.length, ...out));
const forwards = (value, { at, out, into, to }) => (at === undefined ? to : value.toSpliced(at, out.length, ...into));
