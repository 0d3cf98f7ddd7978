import { keymap } from "./keymap.js";
import { questionKinds } from "./kinds.js";
import { MarkedList } from "./marks/marked_list.js";
import { Toolbar } from "./marks/toolbar.js";
import { OptionButtons } from "./option_buttons.js";
import { QuestionElement, part } from "./question_element.js";
import { isByTouch, nameOfKeyFor } from "./shortcuts.js";
import { chainOf, joined, labelled, left, withoutSpans } from "./spans/chain_set.js";
import { NAVIGATION } from "./spans/span_keys.js";
import { partly, quoteOf } from "./spans/span_set.js";

const DIGITS = [..."1234567890"];
const usual = () =>
  isByTouch()
    ? "Select a span, then begin a chain with it, or put it into one by its +."
    : `Select a span: ${nameOfKeyFor("chains.begin")} begins a chain with it, a number puts it into that chain.`;

/** Coreference: which spans speak of the same. Chains have numbers, which stand on the tags of their spans. */
export class ChainsQuestion extends QuestionElement {
  #begun = null; // the one span of a chain that waits for its second
  #held = null; // the label of the next chain
  #rejected = new Set(); // ids of suggested chains

  build(question) {
    this.buttons = new OptionButtons(question, { press: (value) => this.#label(value), actions: this.actions, taken: DIGITS });
    const labels = part("div", "options span-labels", { hidden: this.buttons.size === 0 }, ...this.buttons.elements);
    const isSelected = () => Boolean(this.spans?.selectedId);
    this.tools = new Toolbar([
      { action: "chains.begin", name: "Begin a chain", isOffered: isSelected, run: () => this.#begin() },
      { action: "chains.leave", name: "Take out", isOffered: () => this.#own() !== undefined, run: () => this.#leave() },
    ]);
    this.status = part("p", "span-status soft", { role: "status" });
    this.list = new MarkedList({ title: question.title, onSelect: (id) => this.#showFirst(id), acts: ({ id, index, isSuggested }) => this.#rowActs(id, index, isSuggested) });
    this.replaceChildren(labels, this.tools.element, this.status, this.list.element);
  }

  showTask({ questions }) {
    this.spans = questions[this.question.of];
    this.spans.follow(this);
    this.#begun = null;
    this.#rejected.clear();
  }

  show() {
    if (!this.spans) return;
    const chains = this.answer ?? [];
    const open = this.#open();
    const suggested = open.flatMap(({ members }, index) => members.map((id) => [id, `#${chains.length + index + 1} ?`]));
    const numbers = [...suggested, ...chains.flatMap(({ members }, index) => members.map((id) => [id, `#${index + 1}`]))];
    if (this.#begun) numbers.push([this.#begun, `#${chains.length + 1} …`]);
    this.spans.showBadges(new Map(numbers));
    const all = [...chains, ...open];
    const count = `${chains.length} chain${chains.length === 1 ? "" : "s"}${open.length > 0 ? `, ${open.length} suggested` : ""}`;
    this.list.show(all, count, (chain) => this.#row(chain, all.indexOf(chain), open.includes(chain)));
    this.spanSelected();
  }

  suggest(suggestion) {
    this.classList.toggle("suggested", Boolean(suggestion));
    this.show();
  }

  get shortcuts() {
    const numbers = (this.answer ?? []).slice(0, 9).map((_, index) => ({ key: String(index + 1), label: `Into chain ${index + 1}`, run: () => this.#join(index) }));
    const next = numbers.length + 1;
    if (this.#begun && next < 10) numbers.push({ key: String(next), label: `Into chain ${next}, which has begun`, run: () => this.#join(next - 1) });
    const labels = this.buttons.shortcuts((value) => ({ run: () => this.#label(value) }));
    return [...numbers, ...labels, ...this.tools.shortcuts, ...(this.spans?.navigation ?? [])];
  }

  get actions() {
    return [...keymap.toolsOf("chains"), ...NAVIGATION];
  }

  get blank() {
    return [];
  }

  get accepted() {
    const ids = new Set(this.spans.accepted.map(({ id }) => id));
    return [...(this.answer ?? []), ...withoutSpans(this.#open(), ids)];
  }

  /** Suggested chains that are neither taken nor rejected, of the spans that are in no chain yet. */
  #open() {
    const used = new Set((this.answer ?? []).flatMap(({ members }) => members));
    const taken = new Set((this.answer ?? []).map(({ id }) => id));
    return (this.suggestion?.value ?? [])
      .filter(({ id }) => !taken.has(id) && !this.#rejected.has(id))
      .map(({ id, members, label }) => ({ id, members: members.filter((one) => !used.has(one) && this.spans.find(one)), ...(label ? { label } : {}) }))
      .filter(({ members }) => members.length > 1);
  }

  /** Chains of which at least two spans were copied. */
  fitting(answer, { answers }) {
    const ids = new Set((answers[this.question.of] ?? []).map(({ id }) => id));
    return partly(answer, withoutSpans(answer, ids), "chains");
  }

  values(answer) {
    return [...new Set(answer.map(({ label }) => label).filter(Boolean))];
  }

  describe(answer) {
    return answer.length === 0 ? "none" : `${answer.length} chain${answer.length === 1 ? "" : "s"}`;
  }

  spansChanged(spans) {
    const ids = new Set(spans.map(({ id }) => id));
    if (this.#begun && !ids.has(this.#begun)) this.#begun = null;
    const kept = withoutSpans(this.answer ?? [], ids);
    if (kept !== this.answer && this.answer) this.give(kept);
    else if (this.suggestion) this.show();
  }

  spanSelected() {
    this.tools.show();
    const own = this.#own();
    for (const [value, button] of this.buttons) button.press(own ? own.label === value : this.#held === value);
    const begun = this.#begun && `“${quoteOf(this.spans.find(this.#begun))}” begins a chain: select another span and press ${(this.answer ?? []).length + 1}, or ${nameOfKeyFor("chains.begin")}.`;
    const text = begun || usual();
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  #own() {
    return this.spans ? chainOf(this.answer ?? [], this.spans.selectedId) : undefined;
  }

  /** A chain begins with the selected span; where one has begun already, the span becomes its second. */
  #begin() {
    const { selectedId } = this.spans;
    if (!selectedId) return;
    if (this.#begun && this.#begun !== selectedId) return this.#join((this.answer ?? []).length);
    this.#begun = selectedId;
    this.show();
  }

  #join(index) {
    const { selectedId } = this.spans;
    if (!selectedId) return;
    const isNew = index === (this.answer ?? []).length;
    if (isNew && this.#begun === selectedId) return;
    const options = this.buttons.options.map(({ value }) => value);
    const label = options.length > 0 ? (this.#held ?? options[0]) : undefined;
    const begun = isNew ? this.#begun : null;
    if (isNew) this.#begun = null;
    this.give(joined(this.answer ?? [], selectedId, isNew ? { begun, label } : { index }));
  }

  #leave() {
    this.give(left(this.answer ?? [], this.spans.selectedId));
  }

  #label(value) {
    const own = this.#own();
    this.#held = value;
    if (own) return this.give(labelled(this.answer, own.id, value));
    this.show();
  }

  #row({ id, members, label }, index, isSuggested) {
    const colour = (this.question.options ?? []).find((option) => option.value === label)?.colour ?? 0;
    const quotes = members.map((one) => this.spans.find(one)).filter(Boolean).map(quoteOf);
    return { id, index, title: label ? `${index + 1} ${this.titleOf(label)}` : `Chain ${index + 1}`, quote: quotes.join(" = "), colour, isSuggested };
  }

  #rowActs(id, index, isSuggested) {
    if (isSuggested) return this.#suggestedActs(id);
    const join = { name: "+", label: `Put the selected span into chain ${index + 1}`, run: () => this.#join(index) };
    return [join, { name: "✕", label: "Remove", run: () => this.give(this.answer.filter((chain) => chain.id !== id)) }];
  }

  /** A suggested chain can be taken once its spans are there. */
  #suggestedActs(id) {
    const chain = this.#open().find((one) => one.id === id);
    const ids = new Set(this.spans.spans.map((span) => span.id));
    const accept = { name: "✓", label: "Accept", run: () => this.give([...(this.answer ?? []), chain]) };
    const reject = { name: "✕", label: "Reject", run: () => this.#reject(id) };
    return chain.members.every((one) => ids.has(one)) ? [accept, reject] : [reject];
  }

  #reject(id) {
    this.#rejected.add(id);
    this.show();
  }

  #showFirst(id) {
    this.spans.select([...(this.answer ?? []), ...this.#open()].find((chain) => chain.id === id).members[0]);
  }
}

questionKinds.register("chains", ChainsQuestion);
