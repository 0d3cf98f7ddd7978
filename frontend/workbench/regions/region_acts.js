import { neighbour } from "../marks/mark_list.js";
import { shortcutFor } from "../marks/toolbar.js";

/** What a person can do with regions besides labelling them: on the toolbar, and by key. `regions` is the question's element. */
export function actsOn(regions) {
  const { editing, kind } = regions;
  const isOpen = () => editing.open.length > 0;
  const isSelected = () => editing.selected !== null;
  const drop = { action: `${kind}.remove`, run: () => editing.drop() };
  return [
    { action: `${kind}.accept`, name: "Accept", isOffered: isOpen, run: () => editing.accept() },
    { action: `${kind}.acceptAll`, name: "Accept all", isOffered: isOpen, run: () => editing.set(editing.accepted) },
    { ...drop, name: "Remove", isOffered: () => isSelected() || isOpen() },
    { ...drop, key: "Delete", isOffered: isSelected },
    { ...drop, key: "Backspace", isOffered: isSelected },
    { action: `${kind}.rejectAll`, name: "Reject all", isOffered: isOpen, run: () => editing.rejectAll() },
    { name: "Show rejected again", isOffered: () => editing.suggested.nRejected > 0, run: () => bringBack(regions) },
    { action: `${kind}.answer`, name: "Answer about it", isOffered: () => regions.own.isAsked, run: () => regions.answerAbout() },
  ];
}

function bringBack(regions) {
  regions.editing.suggested.bringBack();
  regions.refresh();
}

/** What leads from region to region; Tab too once one is selected, and past the last it leaves as ever. */
export function navigationKeys(regions) {
  const { editing, kind } = regions;
  const beside = (direction) => neighbour(editing.all, editing.selected, direction);
  const walk = (direction) => () => {
    const id = beside(direction);
    if (id === null) regions.say("There is no other one that way.");
    else regions.select(id);
  };
  const keys = [shortcutFor(`${kind}.next`, { repeats: true, run: walk(1) }), shortcutFor(`${kind}.former`, { repeats: true, run: walk(-1) })];
  if (editing.selected === null) return keys;
  const tabs = [["Tab", 1], ["Shift+Tab", -1]].filter(([, direction]) => beside(direction) !== null);
  return [...keys, ...tabs.map(([key, direction]) => ({ key, label: "To the next one, or the one before", repeats: true, run: walk(direction) }))];
}
