/**
 * The way through the tasks of an attempt. Pure: no page, no network. Behind the last task comes the end. `asked` are the
 * questions (`AskedQuestions`).
 */
export class Course {
  constructor(tasks, asked) {
    this.asked = asked;
    this.tasks = tasks.map((task) => ({ ...task, answers: { ...task.answers }, isLeft: Object.keys(task.answers).length > 0 }));
    this.index = this.#nextOpen(-1);
  }

  /** The task on screen; null at the end. */
  get current() {
    return this.tasks[this.index] ?? null;
  }

  /** How many are answered. */
  get done() {
    return this.tasks.filter((task) => this.isDone(task)).length;
  }

  get isComplete() {
    return this.done === this.tasks.length;
  }

  /** A task without a question that must be answered is done once it has been left. */
  isDone(task) {
    return task.isLeft && this.asked.missing(task.answers) === null;
  }

  /** The first question of the task on screen that still must be answered. */
  get missing() {
    return this.current ? this.asked.missing(this.current.answers) : null;
  }

  /** Note an answer to the task on screen; returns what is to be saved. */
  answer(question, answer) {
    this.current.answers = { ...this.current.answers, [question]: answer };
    return this.asked.given(this.current.answers);
  }

  /** Leave an answered task for the next one that is not; at last, for the end. */
  advance() {
    this.current.isLeft = true;
    this.index = this.#nextOpen(this.index);
  }

  /** Look back (-1) or forward (1); false at either edge. */
  step(by) {
    const index = this.index + by;
    if (index < 0 || index > this.tasks.length) return false;
    this.index = index;
    return true;
  }

  #nextOpen(from) {
    const order = this.tasks.map((_, place) => (from + 1 + place) % this.tasks.length);
    return order.find((place) => !this.isDone(this.tasks[place])) ?? this.tasks.length;
  }
}
