import ACTIONS from "./key_actions.json" with { type: "json" };

const FREE_KEYS = [..."1234567890abcdefghijklmnopqrstuvwxyz"];

/**
 * Which key does what. Actions have usual keys, options those that the schema wants or the next free ones; a person's own choice
 * comes before both. An action without a `kind` is the whole page's, the others belong to questions of that kind.
 */
export class Keymap {
  #own = { actions: {}, options: {} };
  #page = "label";
  #isCovering = false;
  #byName = new Map(ACTIONS.map((action) => [action.name, action]));

  /** `own` is what the server keeps of the person: `{actions: {name: key}, options: {question path: {value: key}}}`. */
  begin({ own, page = "label", isCovering = false }) {
    Object.assign(this, { own });
    this.#page = page;
    this.#isCovering = isCovering;
  }

  set own({ actions = {}, options = {} } = {}) {
    this.#own = { actions, options };
  }

  get own() {
    return this.#own;
  }

  /** The page's actions that can be had now. */
  get actions() {
    return ACTIONS.filter(({ kind, page, where }) => !kind && (!page || page === this.#page) && (where !== "covered" || this.#isCovering));
  }

  /** What questions of a kind do by keys besides answering, by name. */
  toolsOf(kind) {
    return ACTIONS.filter((action) => action.kind === kind).map(({ name }) => name);
  }

  /** All actions there are, here and elsewhere. */
  get all() {
    return ACTIONS;
  }

  action(name) {
    return this.#byName.get(name);
  }

  /** The key of an action. */
  keyOf(name) {
    return this.#own.actions[name] ?? this.#byName.get(name).key;
  }

  /** The action of the page that a key calls; a person's own choice before what is usual. */
  at(key) {
    const own = this.actions.find(({ name }) => this.#own.actions[name] === key);
    return own ?? this.actions.find(({ name }) => this.keyOf(name) === key);
  }

  /** All keys that the page listens to by itself. */
  get keys() {
    return this.actions.map(({ name }) => this.keyOf(name));
  }

  /** A key for each of a question's options; none ("") where all are gone. `taken` are keys that the question needs itself, `spared` such as only a person gives. */
  optionKeys(path, options, taken = [], spared = []) {
    const usual = this.usualKeys(options, taken, spared);
    const chosen = this.#own.options[path] ?? {};
    const held = new Set([...taken, ...this.#held]);
    const given = new Set();
    const give = (key) => (key && !held.has(key) && !given.has(key) ? (given.add(key), key) : "");
    const keys = options.map(({ value }) => give(chosen[value]));
    usual.forEach((key, index) => (keys[index] ||= give(key)));
    const left = FREE_KEYS.filter((key) => !held.has(key) && !given.has(key) && !spared.includes(key) && !this.#usuallyHeld.has(key));
    return keys.map((key) => key || left.shift() || "");
  }

  /** The keys that options have where nobody has chosen any. */
  usualKeys(options, taken = [], spared = []) {
    return assignKeys(options, [...taken, ...spared], this.#usuallyHeld);
  }

  get #reserved() {
    return ACTIONS.filter(({ kind, where }) => !kind && (where !== "covered" || this.#isCovering));
  }

  /** What an action holds even against options; `z` yields as long as it is the usual key. */
  get #held() {
    return this.#reserved.filter(({ name, yields }) => !yields || this.#own.actions[name]).map(({ name }) => this.keyOf(name));
  }

  get #usuallyHeld() {
    return new Map(this.#reserved.map(({ key, yields = false }) => [key, yields]));
  }
}

/**
 * Give each option a key: its own where it asks for a free one, else the next of 1-9, 0 and the letters that are left.
 * Past those an option has none ("") and is chosen by pointer or Tab. `reserved` says of each kept key whether it yields to
 * an option that asks for it by name.
 */
export function assignKeys(options, taken = [], reserved = new Map()) {
  const gone = new Set(taken);
  const keys = options.map(({ key }) => {
    const wanted = typeof key === "string" ? key.toLowerCase() : "";
    const isKept = reserved.get(wanted) === false;
    if ([...wanted].length !== 1 || isKept || gone.has(wanted)) return "";
    gone.add(wanted);
    return wanted;
  });
  const left = FREE_KEYS.filter((key) => !gone.has(key) && !reserved.has(key));
  return keys.map((key) => key || left.shift() || "");
}

/** The page's one. */
export const keymap = new Keymap();
