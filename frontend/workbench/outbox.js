import { uuid } from "./uuid.js";

const AT_ONCE = 5; // requests under way; browsers allow six to one host over HTTP/1.1
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** What an answer from the server means for the entry that was sent. */
export function verdictOf(status) {
  if (status >= 200 && status < 300) return "done";
  if (status === 401) return "signed_out";
  if (status === 0) return "offline";
  if ([408, 425, 429].includes(status) || status >= 500) return "trouble";
  return "refused";
}

/** Milliseconds until the next try: doubling, spread so that a hundred browsers do not return in the same moment. */
export function pauseBefore(attempt, random = Math.random()) {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return Math.round(pause * (0.75 + random / 2));
}

/**
 * Everything a person has done that the server has not confirmed yet, in order.
 *
 * An entry is `{key, scope, tab, order, kind, taskId, body, work, facts, state, problem, tries}`. It is written to the store at once, sent
 * as soon as the line allows, repeated with its key until the server has answered, and only then dropped. Entries of one task
 * go one after the other and hand on the annotation's id and version; different tasks go side by side. What the server
 * refuses stays, as `state: "refused"` with its `problem`, until a person decides.
 *
 * `later(work)` does it as soon as the page has time for what nobody waits for.
 * `send(entry)` returns `{status, body, retryAfter}` and never throws; status 0 means that no answer came.
 */
export class Outbox {
  #entries = [];
  #sending = new Set();
  #facts = new Map(); // task id -> {annotationId, version} as the server last said
  #attempt = 0;
  #timer = null;
  #lastOrder = 0;
  #isPumpDue = false;
  link = "up"; // up, probing, offline, trouble, signed_out
  isRead = false; // whether it is known what an earlier page left here

  constructor({ store, send, tab, clock = globalThis, later = (work) => work(), ...listeners }) {
    const silent = { onSent: () => {}, onRefused: () => {}, onAdopted: () => {}, onChange: () => {} };
    Object.assign(this, { store, send, tab, clock, later, ...silent, ...listeners });
  }

  get waiting() {
    return this.#entries.filter(({ state }) => state === "waiting");
  }

  get refused() {
    return this.#entries.filter(({ state }) => state === "refused");
  }

  get summary() {
    const { link, waiting, refused, isRead } = this;
    const count = waiting.filter(({ kind }) => kind !== "draft").length;
    return { link, isRead, waiting: count, drafts: waiting.length - count, refused: refused.length, unwritten: this.store.unwritten };
  }

  /** Tasks whose lease is still ours because the server has not heard of our answer or skip. */
  unsentTaskIds() {
    const ids = this.waiting.filter(({ kind }) => kind === "submit" || kind === "skip").map(({ taskId }) => taskId);
    return [...new Set(ids)];
  }

  /** Take over what this browser kept from tabs that are gone. */
  async adopt() {
    const adopted = await this.tab.alone("adopt", async () => {
      const living = await this.tab.living();
      living.delete(this.tab.id);
      const known = new Set(this.#entries.map(({ key }) => key));
      const left = (await this.store.all()).filter((entry) => !living.has(entry.tab) && !known.has(entry.key));
      for (const entry of left) {
        entry.tab = this.tab.id;
        if (entry.facts) this.#facts.set(entry.taskId, entry.facts);
      }
      this.#entries = [...left, ...this.#entries].sort((a, b) => a.order - b.order);
      await Promise.all(left.map((entry) => this.store.put(entry)));
      return left;
    });
    this.isRead = true;
    if (adopted.length > 0) this.onAdopted();
    this.#changed();
  }

  add({ key = uuid(), kind, taskId, body = {}, work = null }) {
    this.#lastOrder = Math.max(Date.now(), this.#lastOrder + 0.001);
    const place = { key, scope: this.store.scope, tab: this.tab.id, order: this.#lastOrder };
    const entry = { ...place, kind, taskId, body, work, facts: null, state: "waiting", problem: null, tries: 0 };
    this.#entries.push(entry);
    this.store.put(entry);
    this.#changed();
    return entry;
  }

  /** The newest entry of that kind for a task which can still be changed, because no request carries it right now. */
  open(taskId, kind) {
    return this.#entries.findLast((entry) => entry.taskId === taskId && entry.kind === kind && !this.#sending.has(entry.key));
  }

  isSending(key) {
    return this.#sending.has(key);
  }

  /** Change an open entry, or send a refused one again. */
  update(entry, body) {
    Object.assign(entry, { state: "waiting", problem: null, body: { ...entry.body, ...body } });
    this.store.put(entry);
    this.#changed();
  }

  remove(entry) {
    this.#entries = this.#entries.filter(({ key }) => key !== entry.key);
    this.store.delete(entry.key);
    this.#changed();
  }

  /** What the server last said about our annotation of a task. */
  factsOf(taskId) {
    return this.#facts.get(taskId) ?? { annotationId: null, version: null };
  }

  /** Remember it, also in what still waits for the same task, so that it survives a reload. */
  learn(taskId, facts) {
    this.#facts.set(taskId, { ...this.factsOf(taskId), ...facts });
    for (const entry of this.#entries.filter((other) => other.taskId === taskId)) {
      entry.facts = this.#facts.get(taskId);
      this.store.put(entry);
    }
  }

  /** The line may be back (online event, new sign-in, a person's click): try at once. */
  resume() {
    this.clock.clearTimeout(this.#timer);
    this.#timer = null;
    if (this.link !== "up") this.link = "probing";
    this.#changed();
  }

  #changed() {
    if (this.link === "up") this.#pumpSoon();
    else this.#pump();
    this.onChange(this.summary);
  }

  #pumpSoon() {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    this.later(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump() {
    if (this.link === "up") for (const entry of this.#sendable().slice(0, AT_ONCE - this.#sending.size)) this.#transmit(entry);
    if (this.link !== "probing" || this.#sending.size > 0) return;
    const [probe] = this.#sendable().sort((a, b) => a.tries - b.tries); // one that always fails must not block the others
    if (probe) this.#transmit(probe);
    else this.link = "up";
  }

  #sendable() {
    const busy = new Set();
    return this.waiting.filter((entry) => {
      const isFirst = !busy.has(entry.taskId);
      busy.add(entry.taskId);
      return isFirst && !this.#sending.has(entry.key);
    });
  }

  async #transmit(entry) {
    this.#sending.add(entry.key);
    const reply = await this.send(entry, this.factsOf(entry.taskId));
    this.#sending.delete(entry.key);
    const outcomes = {
      done: () => this.#finish(entry, reply),
      refused: () => this.#refuse(entry, reply),
      offline: () => this.#pause("offline", entry, 0),
      trouble: () => this.#pause("trouble", entry, reply.retryAfter),
      signed_out: () => (this.link = "signed_out"), // only a person can help, and then calls `resume`
    };
    outcomes[verdictOf(reply.status)]();
    this.#changed();
  }

  #finish(entry, { body }) {
    this.#lineIsUp();
    this.#entries = this.#entries.filter(({ key }) => key !== entry.key);
    this.store.delete(entry.key);
    this.onSent(entry, body);
  }

  #refuse(entry, { status, body }) {
    this.#lineIsUp();
    Object.assign(entry, { state: "refused", problem: { status, ...body } });
    this.store.put(entry);
    this.onRefused(entry);
  }

  #lineIsUp() {
    this.link = "up";
    this.#attempt = 0;
  }

  #pause(link, entry, retryAfter = 0) {
    entry.tries += 1;
    if (this.link !== link) this.#attempt += 1; // five requests that fail together are one failure
    this.link = link;
    this.clock.clearTimeout(this.#timer);
    this.#timer = this.clock.setTimeout(() => this.resume(), Math.max(pauseBefore(this.#attempt), retryAfter * 1000));
  }
}
