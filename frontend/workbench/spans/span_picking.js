import { neighbourFrom, spansAt } from "./span_set.js";
import { TextPicker } from "./text_picker.js";
import { TextSearch } from "./text_search.js";

/** How a person comes to words and to spans: by pointer, by keys that walk through the text, by searching it. */
export class SpanPicking {
  /** `spans` is the element whose spans these are. */
  constructor(spans) {
    this.spans = spans;
    this.picker = new TextPicker({ onPick: (isDone) => this.#picked(isDone), onTap: (unit, isTouch) => this.#tapped(unit, isTouch) });
    this.search = new TextSearch({
      onFound: (start, end) => spans.painter.reveal(start, end),
      onTake: (start, end) => this.#found(start, end),
      onClose: () => spans.closest("main")?.focus({ preventScroll: true }),
    });
  }

  #picked(isDone) {
    const { spans, picker } = this;
    spans.display.forget();
    if (!this.#isActive) spans.dispatchEvent(new CustomEvent("answer-here", { bubbles: true }));
    if (picker.isByKeys) spans.painter.reveal(...picker.picked);
    if (isDone && spans.held) return spans.addPicked(spans.held);
    spans.display.showStatus();
  }

  /** A click on the text: the span there, the next one around it with the next click; with a held label on glass, the word. */
  #tapped(unit, isTouch) {
    const { spans, picker } = this;
    const { selected } = spans.editing;
    const there = spansAt(spans.editing.all, spans.points.toPoint(unit)).map(({ id }) => id);
    if (spans.choosing.isOn) return spans.choosing.take(there);
    if (isTouch && spans.held && !there.includes(selected)) {
      picker.take(unit, unit + 1);
      if (picker.picked) return spans.addPicked(spans.held);
    }
    spans.select(there[(there.indexOf(selected) + 1) % there.length] ?? null, { isShown: false });
  }

  /** A page of the field has come into reach: its spans are drawn, and what was picked or sought there is shown. */
  textDrawn = () => {
    const { spans, picker } = this;
    if (picker.isByKeys && picker.picked) spans.map.select(...picker.picked);
    spans.painter.textDrawn();
  };

  #found(start, end) {
    const { spans, picker } = this;
    const [span] = spansAt(spans.spans, spans.points.toPoint(start));
    if (!this.#isActive && span) return spans.select(span.id);
    picker.isByKeys = true;
    picker.take(start, end);
    spans.refresh();
  }

  switchKeys() {
    const { spans, picker } = this;
    const { selected } = spans.editing;
    if (picker.isByKeys) picker.stop();
    else picker.begin(selected ? spans.unitOf(selected) : (picker.picked?.[0] ?? spans.painter.firstSeen()));
    spans.refresh();
  }

  letGo() {
    const { spans, picker } = this;
    if (picker.isByKeys) picker.stop();
    picker.clear();
    spans.held = null;
    spans.select(null);
  }

  /** The next span (1) or the one before (-1), from the selected one or from where the keys stand; null where there is none. */
  beside(direction) {
    const { editing, points } = this.spans;
    const { picked } = this.picker;
    return neighbourFrom(picked ? points.toPoint(picked[0]) : -1, editing.all, editing.selected, direction);
  }

  walk(direction) {
    const { spans } = this;
    const id = this.beside(direction);
    if (id === null) return spans.say("There is no other span that way.");
    this.picker.stand(spans.unitOf(id));
    spans.select(id);
  }

  /** Do keys mean the spans now? */
  get #isActive() {
    return this.spans.classList.contains("active");
  }
}
