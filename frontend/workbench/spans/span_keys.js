/** What a person can do with spans besides labelling them: on the toolbar, and by key. `spans` is the question's element. */
export function actsOn(spans) {
  const { editing, picker, search } = spans;
  const isOpen = () => editing.open.length > 0;
  const isSelected = () => editing.selected !== null;
  const hasSpan = () => editing.span !== null;
  const drop = { label: "Remove the span, or reject the suggestion", run: () => editing.drop() };
  return [
    { key: "m", name: "Mark by keys", isPressed: () => picker.isByKeys, run: () => spans.switchKeys() },
    { key: "/", name: "Find", label: "Find words and jump there", run: () => search.open(spans.map, picker.picked?.[1] ?? 0) },
    { key: "y", name: "Accept", label: "Accept the suggestion", isOffered: isOpen, run: () => editing.accept() },
    { key: "Shift+Y", name: "Accept all", isOffered: isOpen, run: () => editing.set(editing.accepted) },
    { key: "x", name: "Remove", ...drop, isOffered: () => isSelected() || isOpen() },
    { key: "Delete", ...drop, isOffered: isSelected },
    { key: "Backspace", ...drop, isOffered: isSelected },
    { key: "Shift+X", name: "Reject all", isOffered: isOpen, run: () => editing.rejectAll() },
    { name: "Show rejected again", isOffered: () => editing.suggested.nRejected > 0, run: () => bringBack(spans) },
    { key: "a", name: "All the same", label: "The same label for all the same words", isOffered: hasSpan, run: () => spans.labelAllSame() },
    {
      key: "p",
      name: "Add part",
      label: "Add the marked words to the span as another part",
      isOffered: () => Boolean(spans.question.discontinuous) && hasSpan() && picker.picked !== null,
      run: () => spans.addPart(),
    },
    { key: ">", name: "Longer", label: "Make the span longer", repeats: true, isOffered: hasSpan, run: () => editing.stretch(1) },
    { key: "<", name: "Shorter", label: "Make the span shorter", repeats: true, isOffered: hasSpan, run: () => editing.stretch(-1) },
    { key: ".", name: "Answer about it", isOffered: () => spans.own.isAsked, run: () => spans.answerAbout() },
  ];
}

function bringBack(spans) {
  spans.editing.suggested.bringBack();
  spans.refresh();
}

/** Keys that count only while marking by keys is on: arrows are the page's own otherwise. Past the last span Tab leaves as ever. */
export function caretKeys(spans) {
  const moves = { ArrowRight: ["move", 1], ArrowLeft: ["move", -1], ArrowDown: ["moveLine", 1], ArrowUp: ["moveLine", -1] };
  const arrows = Object.entries(moves).flatMap(([key, [act, direction]]) => [
    { key, label: "To other words", repeats: true, run: () => spans.picker[act](direction) },
    { key: `Shift+${key}`, label: "Take more words, or fewer", repeats: true, run: () => spans.picker[act](direction, true) },
  ]);
  const tabs = [["Tab", 1], ["Shift+Tab", -1]].filter(([, direction]) => spans.beside(direction) !== null);
  return [...arrows, ...tabs.map(([key, direction]) => ({ key, label: "From span to span", repeats: true, run: () => spans.walk(direction) }))];
}
