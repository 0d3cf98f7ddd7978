/** Fields or questions as cards that can be added, moved, copied and removed; each with the settings of its kind. */
import { makeControl, registerControl } from "./controls.js";
import { button, group, icon, idOf, make, select, signButton } from "./dom.js";
import { followRename, freeName, move, nameFrom, newPart } from "./definition.js";

const WORDS = {
  fields: { one: "field", add: "Add a field", kind: "Kind of field" },
  questions: { one: "question", add: "Add a question", kind: "Kind of question" },
};

/** `place` is `{name, list, isNested}`, `path` where the list stands, `above` the part around nested questions. */
export function partList({ place, path, editor, above = null }) {
  const cards = place.list.map((part, index) => card({ part, path: `${path}.${index}`, place: { ...place, index }, editor, above }));
  return make("div", { className: "stack tight", dataset: { path } }, ...cards, adder({ place, path, editor }));
}

function card({ part, path, place, editor, above }) {
  const kind = editor.kindOf(place.name, part);
  const body = make("div", { className: "se-body stack", id: `${idOf(path)}-body` });
  const title = make("span", { className: "se-title" });
  const toggle = make("button", { type: "button", className: "se-toggle" }, icon("right"), make("span", { className: "badge", textContent: kind?.label ?? part.kind ?? "?" }), title);
  toggle.setAttribute("aria-controls", body.id);
  const setOpen = (isOpen) => {
    editor.setOpen(part, isOpen);
    toggle.setAttribute("aria-expanded", String(isOpen));
    body.hidden = !isOpen;
    if (isOpen && body.childElementCount === 0) fill({ body, kind, part, path, place, editor, above });
  };
  toggle.addEventListener("click", () => setOpen(body.hidden));
  const element = make("section", { className: "se-card", dataset: { path } }, make("header", { className: "se-head" }, toggle, acts({ part, path, place, editor })), body);
  const refresh = () => {
    title.textContent = editor.titleOf(part);
    element.setAttribute("aria-label", `${WORDS[place.name].one}: ${title.textContent}`);
  };
  element.open = () => setOpen(true);
  editor.watch(element, refresh);
  refresh();
  setOpen(editor.isOpen(part, place));
  return element;
}

function fill({ body, kind, part, path, place, editor, above }) {
  if (!kind) return body.append(make("p", { className: "help", textContent: "This page does not know this kind; edit it as JSON." }));
  const settings = settingsOf(kind, place, editor);
  const made = settings.map((setting) => ({ setting, ...makeControl({ setting, part, path, place, editor, above }) }));
  for (const { element, refresh } of made) editor.watch(element, refresh);
  const main = made.filter(({ setting }) => setting.is_main).map(({ element }) => element);
  const more = made.filter(({ setting }) => !setting.is_main).map(({ element }) => element);
  body.append(...main);
  if (more.length > 0) body.append(folded(part, editor, more));
}

/** What few need; it stays open when all is drawn anew. */
function folded(part, editor, controls) {
  const details = make("details", { className: "fold", open: editor.unfolded.has(part) }, make("summary", { textContent: "More settings" }), make("div", { className: "stack section" }, ...controls));
  details.addEventListener("toggle", () => editor.unfolded[details.open ? "add" : "delete"](part));
  return details;
}

/** What all have in common comes first, then what the kind has of its own; the main ones of both stand together. */
function settingsOf(kind, place, editor) {
  const common = editor.language[place.name].common.filter(({ control }) => !(place.isNested && ["field", "per", "speakers"].includes(control)));
  const isFirst = ({ name }) => name === "title" || name === "name";
  return [...common.filter(isFirst), ...kind.settings, ...common.filter((setting) => !isFirst(setting))];
}

function acts({ part, path, place, editor }) {
  const { list, index, name } = place;
  const word = `${WORDS[name].one} “${editor.titleOf(part)}”`;
  const moved = (step) => () => move(list, index, step) && editor.redraw(`${path.replace(/\d+$/, "")}${index + step}`, step < 0 ? "up" : "down");
  const copied = () => {
    const copy = structuredClone(part);
    copy.name = freeName(part.name, list.map((one) => one.name));
    list.splice(index + 1, 0, copy);
    editor.setOpen(copy, true);
    editor.redraw(`${path.replace(/\d+$/, "")}${index + 1}`);
  };
  const removed = () => {
    list.splice(index, 1);
    editor.redraw(list.length > 0 ? `${path.replace(/\d+$/, "")}${Math.min(index, list.length - 1)}` : path.replace(/\.\d+$/, ""), "remove");
  };
  const buttons = [
    ["up", `Move up: ${word}`, "up", moved(-1), index === 0],
    ["down", `Move down: ${word}`, "down", moved(1), index === list.length - 1],
    ["copy", `Copy: ${word}`, "copy", copied, false],
    ["remove", `Remove: ${word}`, "trash", removed, false],
  ];
  const made = buttons.map(([act, label, sign, run, isOff]) => Object.assign(signButton(label, sign, run), { disabled: isOff, act }));
  for (const one of made) one.dataset.act = one.act;
  return make("div", { className: "se-acts" }, ...made);
}

function adder({ place, path, editor }) {
  const words = WORDS[place.name];
  const kinds = editor.language[place.name].kinds.filter(({ repeats }) => !place.isNested || repeats);
  const list = select(kinds.map(({ kind, label, summary }) => [kind, `${label}: ${summary}`]), kinds[0].kind);
  list.setAttribute("aria-label", place.isNested ? `${words.kind} about each span` : words.kind);
  const add = () => {
    const kind = kinds.find((one) => one.kind === list.value);
    const names = place.list.map(({ name }) => name);
    const stem = place.name === "fields" ? kind.kind : "question";
    const part = newPart(kind, { name: freeName(stem, names), title: place.name === "questions" ? "New question" : "" });
    place.list.push(part);
    editor.beginNew(part);
    editor.redraw(`${path}.${place.list.length - 1}`);
  };
  return make("div", { className: "se-adder" }, list, button(words.add, add, { look: "", sign: "plus" }));
}

/** While somebody types the title of a new part, its name follows. */
export function followTitle(editor, part, place) {
  const others = place.list.filter((one) => one !== part).map(({ name }) => name);
  const before = part.name;
  part.name = freeName(nameFrom(part.title ?? "", place.name === "fields" ? part.kind : "question"), others);
  if (!place.isNested) followRename(editor.definition, place.name, before, part.name);
}

registerControl("questions", ({ setting, part, path, editor }) => {
  const place = { name: "questions", list: (part[setting.name] ??= []), isNested: true };
  return group(setting, path, partList({ place, path, editor, above: part }));
});
