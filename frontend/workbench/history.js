/**
 * A person's own earlier answers, newest first: those of this page from memory, then what the server remembers, page by page.
 *
 * An entry is `{task, answers, version, annotationId}`; version and id are null while the server has not confirmed it.
 */
export class History {
  #local = []; // newest first
  #remote = [];
  #cursor = ""; // "" before the first page, null after the last
  #load;

  /** `load(cursor)` returns `{results, next}` or null when the line is down. */
  constructor(load) {
    this.#load = load;
  }

  /** Answered just now, or answered again. */
  record(entry) {
    this.#local = [entry, ...this.#local.filter(({ task }) => task.id !== entry.task.id)].slice(0, 500);
  }

  /** No answer any more: undone. */
  forget(taskId) {
    this.#local = this.#local.filter(({ task }) => task.id !== taskId);
    this.#remote = this.#remote.filter(({ task }) => task.id !== taskId);
  }

  /** The answers of a task as this page knows them. */
  find(taskId) {
    return this.#entries().find(({ task }) => task.id === taskId);
  }

  /** The entry that many steps back (0: the newest); null where history ends, undefined when it cannot be reached now. */
  async at(index) {
    while (index >= this.#entries().length && this.#cursor !== null) {
      const page = await this.#load(this.#cursor);
      if (!page) return undefined;
      this.#remote.push(...page.results.map(fromServer));
      this.#cursor = cursorIn(page.next);
    }
    return this.#entries()[index] ?? null;
  }

  #entries() {
    const here = new Set(this.#local.map(({ task }) => task.id));
    return [...this.#local, ...this.#remote.filter(({ task }) => !here.has(task.id))];
  }
}

function fromServer({ annotation_id: annotationId, task_id: id, external_id: externalId, data, answers, version }) {
  return { task: { id, external_id: externalId, data }, answers, version, annotationId };
}

function cursorIn(url) {
  return url ? new URL(url, "http://server").searchParams.get("cursor") : null;
}
