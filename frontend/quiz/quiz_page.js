import { Api, whoAmI } from "../workbench/api.js";
import { Care } from "../workbench/care.js";
import { Keyboard } from "../workbench/keyboard.js";
import { keymap } from "../workbench/keymap.js";
import { keysDialogFor } from "../workbench/own_keys.js";
import { GuidelinePanel, TextSize } from "../workbench/panels.js";
import { ScreenClock } from "../workbench/screen_clock.js";
import { nameOfKeyFor } from "../workbench/shortcuts.js";
import { press } from "../workbench/question_element.js";
import { Stage } from "../workbench/stage.js";
import { Course } from "./course.js";
import { Saver } from "./saver.js";

const STATES = { good: "saved", saving: "saving", offline: "offline, kept in this page", "signed-out": "signed out: sign in in another tab" };
const LOOKS = { good: "good", saving: "working", offline: "warning", "signed-out": "bad" };
const MEANINGS = { submit: "Go on; at the end, hand in", older: "Back to the task before", newer: "Forward again" };
const covered = () => `It is still covered: ${nameOfKeyFor("cover")} shows it.`;

/** The quiz while it is taken: the tasks one after the other on the labeling page's stage, each answer saved as it is given. */
export class QuizPage {
  #isHandingIn = false;

  constructor(root, config) {
    const { project, attempt, schema, urls, user } = config;
    keymap.begin({ own: config.keys, page: "quiz", isCovering: config.care.is_sensitive });
    const csrfToken = document.querySelector("meta[name=csrf-token]").content;
    this.api = new Api({ root: urls.api, csrfToken, whoAmI: () => whoAmI(urls.page, user.id) });
    this.path = `quiz-attempts/${attempt.id}/`;
    this.project = project;
    this.root = root;
    this.stage = new Stage(document.getElementById("stage"), { schema, showSuggestions: false });
    this.course = new Course(attempt.tasks, this.stage.questions);
    this.care = new Care({ root, stage: this.stage, config });
    this.clock = new ScreenClock();
    this.textSize = new TextSize();
    this.guideline = new GuidelinePanel({ number: config.guideline.number, fetchCurrent: async () => null });
    this.saver = new Saver({
      send: (taskId, answers) => this.api.post(`${this.path}answers/`, { task_id: taskId, answers }),
      onChange: (state) => this.#showState(state),
      onRefused: (reply) => this.#refused(reply),
    });
    this.#listen();
  }

  start() {
    this.#show();
  }

  #part(name) {
    return this.root.querySelector(`[data-part=${name}]`);
  }

  #listen() {
    const commands = this.#commands();
    const isCovered = () => this.care.covers(this.view);
    const run = (name) => {
      if (this.care.isWarning && !["heed", "submit", "guideline", "help", "larger", "smaller"].includes(name)) return;
      if (isCovered() && name === "submit") return this.#say(covered());
      commands[name]?.();
    };
    const answer = (shortcut) => (isCovered() ? this.#say(covered()) : press(shortcut));
    const late = (seen, answers, key) => this.#say(`“${key}” came before this was on screen: not used.`);
    this.keyboard = new Keyboard({ clock: this.clock, stage: this.stage, root: this.stage.root, run, answer, late, view: () => this.view });
    const { stage, api, project } = this;
    const onSwitch = (isOn) => (this.keyboard.isOn = isOn);
    this.keys = keysDialogFor({ stage, api, slug: project.slug, commands: Object.keys(commands), meanings: MEANINGS, onSwitch });
    this.root.addEventListener("answer-change", ({ detail }) => this.#changed(detail));
    this.root.addEventListener("answer-complete", () => this.stage.goesOnAtOnce && this.#goOn());
    this.root.addEventListener("go-on", () => this.stage.goOn() || this.#goOn());
    addEventListener("beforeunload", (event) => this.saver.waiting.length > 0 && event.preventDefault());
    addEventListener("pagehide", () => {
      for (const [taskId, answers] of this.saver.waiting) this.api.postAndForget(`${this.path}answers/`, { task_id: taskId, answers });
    });
  }

  #commands() {
    const { guideline, textSize, stage, care } = this;
    return {
      submit: () => this.#goOn(),
      heed: () => this.#heed(),
      nextQuestion: () => stage.step(1),
      formerQuestion: () => stage.step(-1),
      older: () => this.course.step(-1) && this.#show(),
      newer: () => this.course.step(1) && this.#show(),
      cover: () => (this.#say(""), care.toggle(this.view)),
      guideline: () => guideline.toggle(),
      scrollDown: () => stage.scroll(1),
      scrollUp: () => stage.scroll(-1),
      larger: () => textSize.change(1),
      smaller: () => textSize.change(-1),
      help: () => this.keys.open(),
      close: () => guideline.isSheet && guideline.toggle(false),
    };
  }

  /** From the next frame on the course's task, or the end, is on screen. */
  #show() {
    const { course, care, stage } = this;
    this.view = care.isWarning ? null : course.current;
    const task = this.view;
    this.clock.show(task, () => {
      care.lay(task);
      this.#say("");
      if (task) stage.show({ task, predictions: {}, why: "" }, task.answers);
      else stage.setMode(care.isWarning ? "warning" : "end");
      this.#progress();
    });
  }

  #progress() {
    const { course } = this;
    const { length } = course.tasks;
    const place = course.current ? `Task ${course.index + 1} of ${length}` : "";
    this.#part("progress").textContent = `${place}${place ? " · " : ""}${course.done} of ${length} answered`;
    this.#part("meter").max = length;
    this.#part("meter").value = course.done;
    this.#part("go").textContent = course.current ? "Next" : "Hand in";
    this.root.querySelector("[data-command=older]").disabled = course.index === 0;
    this.root.querySelector("[data-command=newer]").disabled = course.current === null;
    if (course.current) return;
    const open = length - course.done;
    this.#part("end-title").textContent = open === 0 ? "Everything is answered" : `${open === 1 ? "One task is" : `${open} tasks are`} not answered yet`;
    this.#part("end-text").hidden = open > 0;
  }

  #changed({ question, answer }) {
    if (!this.view) return;
    this.saver.put(this.view.id, this.course.answer(question, answer));
  }

  /** Enter: after the warning, with an answer, or at the end. */
  #goOn() {
    if (this.care.isWarning) return this.#heed();
    if (!this.view) return this.#handIn();
    const { missing } = this.course;
    if (missing) {
      this.stage.focusQuestion(missing.name);
      return this.#say(`“${missing.title}” is not answered yet.`);
    }
    this.course.advance();
    this.#show();
  }

  #heed() {
    this.care.acknowledge();
    this.#show();
    this.stage.root.focus({ preventScroll: true });
  }

  async #handIn() {
    if (this.#isHandingIn) return;
    if (!this.course.isComplete) {
      this.course.index = this.course.tasks.findIndex((task) => !this.course.isDone(task));
      return this.#show();
    }
    this.#isHandingIn = true;
    this.#part("problem").textContent = this.saver.waiting.length > 0 ? "It is handed in as soon as all answers are saved." : "";
    await this.saver.settled();
    const { status, body } = await this.api.post(`${this.path}finish/`);
    this.#isHandingIn = false;
    if (status === 200 || status === 409) return location.reload();
    const away = status === 0 ? "The server cannot be reached. Your answers are saved; try again." : "You are signed out. Sign in in another tab, then try again.";
    this.#part("problem").textContent = status === 0 || status === 401 ? away : (body.detail ?? "Something broke on our side. Try again.");
  }

  /** The server will not take an answer: the attempt was handed in elsewhere, or the question has changed. */
  #refused({ status, body }) {
    if (status === 409 || status === 404) return location.reload();
    this.#say(body.errors?.[0]?.message ? `That answer was not taken: ${body.errors[0].message}` : (body.detail ?? "That answer was not taken."));
  }

  #showState(state) {
    this.#part("state").dataset.state = LOOKS[state];
    this.#part("state").querySelector(".dot").className = `dot ${LOOKS[state]}`;
    this.#part("state-text").textContent = STATES[state];
  }

  #say(text) {
    this.stage.write("note", text);
  }
}
