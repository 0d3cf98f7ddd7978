import { shortcutFor } from "../marks/toolbar.js";

/** From span to span: questions that stand on spans have these too. */
export const NAVIGATION = ["spans.next", "spans.former"];

/** What a person can do with spans besides labelling them: on the toolbar, and by key. `spans` is the question's element. */
export function actsOn(spans) {
  const { editing, picker, search } = spans;
  const isOpen = () => editing.open.length > 0;
  const isSelected = () => editing.selected !== null;
  const hasSpan = () => editing.mark !== null;
  const drop = { action: "spans.remove", run: () => editing.drop() };
  return [
    { action: "spans.keys", name: "Mark by keys", isForKeys: true, isPressed: () => picker.isByKeys, run: () => spans.picking.switchKeys() },
    { action: "spans.find", name: "Find", run: () => search.open(spans.map, picker.picked?.[1] ?? 0) },
    { action: "spans.accept", name: "Accept", isOffered: isOpen, run: () => editing.accept() },
    { action: "spans.acceptAll", name: "Accept all", isOffered: isOpen, run: () => editing.set(editing.accepted) },
    { ...drop, name: "Remove", isOffered: () => isSelected() || isOpen() },
    { ...drop, key: "Delete", isOffered: isSelected },
    { ...drop, key: "Backspace", isOffered: isSelected },
    { action: "spans.rejectAll", name: "Reject all", isOffered: isOpen, run: () => editing.rejectAll() },
    { name: "Show rejected again", isOffered: () => editing.suggested.nRejected > 0, run: () => bringBack(spans) },
    { action: "spans.allSame", name: "All the same", isOffered: hasSpan, run: () => spans.labelAllSame() },
    {
      action: "spans.addPart",
      name: "Add part",
      isOffered: () => Boolean(spans.question.discontinuous) && hasSpan() && picker.picked !== null,
      run: () => spans.addPart(),
    },
    { action: "spans.longer", name: "Longer", repeats: true, isOffered: hasSpan, run: () => editing.stretch(1) },
    { action: "spans.shorter", name: "Shorter", repeats: true, isOffered: hasSpan, run: () => editing.stretch(-1) },
    { action: "spans.answer", name: "Answer about it", isOffered: () => spans.own.isAsked, run: () => spans.answerAbout() },
  ];
}

function bringBack(spans) {
  spans.editing.suggested.bringBack();
  spans.refresh();
}

/** Keys that count only while marking by keys is on: arrows are the page's own otherwise. Past the last span Tab leaves as ever. */
function caretKeys(spans) {
  const moves = { ArrowRight: ["move", 1], ArrowLeft: ["move", -1], ArrowDown: ["moveLine", 1], ArrowUp: ["moveLine", -1] };
  const arrows = Object.entries(moves).flatMap(([key, [act, direction]]) => [
    { key, label: "To other words", repeats: true, run: () => spans.picker[act](direction) },
    { key: `Shift+${key}`, label: "Take more words, or fewer", repeats: true, run: () => spans.picker[act](direction, true) },
  ]);
  const tabs = [["Tab", 1], ["Shift+Tab", -1]].filter(([, direction]) => spans.picking.beside(direction) !== null);
  return [...arrows, ...tabs.map(([key, direction]) => ({ key, label: "From span to span", repeats: true, run: () => spans.picking.walk(direction) }))];
}

/** What leads from span to span. */
export function navigationKeys(spans) {
  const steps = NAVIGATION.map((action, index) => shortcutFor(action, { repeats: true, run: () => spans.picking.walk(index === 0 ? 1 : -1) }));
  return spans.picker.isByKeys ? [...steps, ...caretKeys(spans)] : steps;
}
