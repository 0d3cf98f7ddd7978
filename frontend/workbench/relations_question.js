import { keymap } from "./keymap.js";
import { questionKinds } from "./kinds.js";
import { freshId } from "./marks/mark_list.js";
import { MarkedList } from "./marks/marked_list.js";
import { Toolbar } from "./marks/toolbar.js";
import { OptionButtons } from "./option_buttons.js";
import { QuestionElement, part } from "./question_element.js";
import { NAVIGATION } from "./spans/span_keys.js";
import { partly, quoteOf } from "./spans/span_set.js";

/** Relations between spans: a key says which, then the two spans are chosen; they are drawn as arrows over the text. */
export class RelationsQuestion extends QuestionElement {
  #rejected = new Set();

  build(question) {
    this.buttons = new OptionButtons(question, { press: (value) => this.begin(value), actions: this.actions });
    this.tools = new Toolbar([{ action: "relations.remove", run: () => this.#dropNewest() }]);
    const labels = part("div", "options span-labels", {}, ...this.buttons.elements);
    this.status = part("p", "span-status soft", { role: "status" });
    this.list = new MarkedList({ title: question.title, onSelect: (id) => this.#showEnd(id), acts: ({ id, isSuggested }) => this.#rowActs(id, isSuggested) });
    this.replaceChildren(labels, this.status, this.list.element);
  }

  showTask({ questions }) {
    this.spans = questions[this.question.between];
    this.spans.follow(this);
    this.#rejected.clear();
  }

  show() {
    if (!this.spans) return;
    const arrows = [...(this.answer ?? []).map((one) => [one, false]), ...this.#open().map((one) => [one, true])];
    this.spans.drawArrows(this.question.name, arrows.map(([one, isSuggested]) => this.#arrow(one, isSuggested)));
    const count = `${(this.answer ?? []).length} related${this.#open().length > 0 ? `, ${this.#open().length} suggested` : ""}`;
    this.list.show(arrows, count, ([one, isSuggested]) => this.#row(one, isSuggested));
    this.#say("Select a span and press a relation, then say which other span it leads to.");
  }

  suggest() {
    this.show();
  }

  get shortcuts() {
    if (this.spans?.choosing.isOn) return this.spans.choosing.shortcuts;
    const relations = this.buttons.shortcuts((value) => ({ run: () => this.begin(value) }));
    return [...relations, ...this.tools.shortcuts, ...(this.spans?.navigation ?? [])];
  }

  get actions() {
    return [...keymap.toolsOf("relations"), ...NAVIGATION];
  }

  get blank() {
    return [];
  }

  get accepted() {
    const ids = new Set(this.spans.accepted.map(({ id }) => id));
    return [...(this.answer ?? []), ...this.#open().filter(({ from, to }) => ids.has(from) && ids.has(to))];
  }

  /** Relations whose two spans were copied. */
  fitting(answer, { answers }) {
    const ids = new Set((answers[this.question.between] ?? []).map(({ id }) => id));
    return partly(answer, answer.filter(({ from, to }) => ids.has(from) && ids.has(to)), "relations");
  }

  values(answer) {
    return [...new Set(answer.map(({ label }) => label))];
  }

  describe(answer) {
    return answer.length === 0 ? "none" : `${answer.length} relation${answer.length === 1 ? "" : "s"}`;
  }

  /** The spans have changed: relations of one that is gone, or may not be there any more, go with it. */
  spansChanged(spans) {
    const labels = new Map(spans.map(({ id, label }) => [id, label]));
    const kept = (this.answer ?? []).filter(({ from, to, label }) => this.#fits(label, "from", labels.get(from)) && this.#fits(label, "to", labels.get(to)));
    if (kept.length < (this.answer ?? []).length) this.give(kept);
  }

  /** Press a relation: from the selected span, where it may begin there, else from one that is chosen first. */
  begin(value) {
    const sources = this.#allowed(value, "from");
    const selected = this.spans.selectedId;
    if (sources.includes(selected)) return this.#askTarget(value, selected);
    if (sources.length === 0) return this.#say(`No span can be where “${this.titleOf(value)}” begins.`);
    this.spans.choosing.begin({ ids: sources, words: `${this.titleOf(value)}: from which span?`, then: (id) => this.#askTarget(value, id) });
  }

  #askTarget(value, from) {
    const targets = this.#allowed(value, "to").filter((to) => to !== from && !this.#isThere(value, from, to));
    const quote = `“${quoteOf(this.spans.find(from))}” ${this.titleOf(value)} …`;
    if (targets.length === 0) return this.#say(`${quote}: there is no other span for it.`);
    this.spans.select(from, { isShown: false });
    this.spans.choosing.begin({ ids: targets, words: `${quote} which span?`, then: (to) => this.#add(value, from, to) });
  }

  #add(label, from, to) {
    const id = freshId("r", this.answer ?? [], this.suggestion?.value ?? []);
    this.give([...(this.answer ?? []), { id, from, to, label }]);
    this.spans.select(from, { isShown: false });
  }

  #dropNewest() {
    const selected = this.spans.selectedId;
    const newest = (this.answer ?? []).findLast(({ from, to }) => selected === null || from === selected || to === selected);
    if (newest) this.#drop(newest.id);
  }

  #drop(id) {
    this.give((this.answer ?? []).filter((one) => one.id !== id));
  }

  #isThere(label, from, to) {
    const isSame = (one) => one.label === label && one.from === from && one.to === to;
    const isReverse = (one) => this.question.directed === false && one.label === label && one.from === to && one.to === from;
    return (this.answer ?? []).some((one) => isSame(one) || isReverse(one));
  }

  #allowed(value, end) {
    return this.spans.spans.filter(({ label }) => this.#fits(value, end, label)).map(({ id }) => id);
  }

  /** May a relation have a span of that label at that end? Where the type names none, any. */
  #fits(value, end, label) {
    const labels = this.question.options.find((option) => option.value === value)?.[end] ?? [];
    return label !== undefined && (labels.length === 0 || labels.includes(label));
  }

  #open() {
    return (this.suggestion?.value ?? [])
      .map((one, index) => ({ id: one.id ?? `q${index + 1}`, from: one.from, to: one.to, label: one.label }))
      .filter(({ id, label, from, to }) => !this.#rejected.has(id) && !this.#isThere(label, from, to));
  }

  #arrow({ from, to, label }, isSuggested) {
    return { from, to, title: this.titleOf(label), colour: this.colourOf(label), isDirected: this.question.directed !== false, isSuggested };
  }

  #row({ id, from, to, label }, isSuggested) {
    const { title, colour, isDirected } = this.#arrow({ from, to, label });
    const [one, other] = [from, to].map((end) => this.spans.find(end)).map((span) => (span ? quoteOf(span) : "?"));
    return { id, title, colour, quote: `${one} ${isDirected ? "→" : "–"} ${other}`, isSuggested };
  }

  #rowActs(id, isSuggested) {
    if (!isSuggested) return [{ name: "✕", label: "Remove", run: () => this.#drop(id) }];
    const { from, to, label } = this.#open().find((one) => one.id === id);
    const hasEnds = [from, to].every((end) => this.spans.spans.some((span) => span.id === end));
    const accept = { name: "✓", label: "Accept", run: () => this.#add(label, from, to) };
    return [...(hasEnds ? [accept] : []), { name: "✕", label: "Reject", run: () => this.#reject(id) }];
  }

  #reject(id) {
    this.#rejected.add(id);
    this.show();
  }

  #showEnd(id) {
    const relation = [...(this.answer ?? []), ...this.#open()].find((one) => one.id === id);
    this.spans.select(relation.from);
  }

  #say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

questionKinds.register("relations", RelationsQuestion);
