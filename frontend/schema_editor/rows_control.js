/** A short list of small things with settings of their own: speakers, columns. */
import { makeControl, registerControl } from "./controls.js";
import { button, group, make, signButton } from "./dom.js";
import { move } from "./definition.js";

registerControl("rows", ({ setting, part, path, place, editor }) => {
  const rows = [part[setting.name] ?? []].flat().map((row) => (typeof row === "string" ? { name: row } : row));
  const holder = make("div", { className: "stack tight" });
  const write = () => {
    if (rows.length > 0) part[setting.name] = rows;
    else delete part[setting.name];
    editor.changed(part, setting.name);
  };
  const draw = (focused = -1) => {
    holder.replaceChildren(...rows.map((row, index) => line(row, index)));
    holder.children[focused]?.querySelector("input, select")?.focus();
  };
  const change = (act, focused) => {
    act();
    write();
    draw(focused);
  };
  const line = (row, index) => {
    const at = `${path}.${index}`;
    const made = setting.settings.map((one) => makeControl({ setting: one, part: row, path: at, place, editor: { ...editor, changed: write }, above: part }));
    const acts = make(
      "div",
      { className: "se-acts" },
      signButton("Move up", "up", () => change(() => move(rows, index, -1), Math.max(0, index - 1))),
      signButton("Move down", "down", () => change(() => move(rows, index, 1), Math.min(rows.length - 1, index + 1))),
      signButton("Remove", "trash", () => change(() => rows.splice(index, 1), Math.min(index, rows.length - 2))),
    );
    return make("div", { className: "se-row", dataset: { path: at } }, ...made.map(({ element }) => element), acts);
  };
  const begin = () => Object.fromEntries(setting.settings.filter(({ start }) => start !== undefined).map(({ name, start }) => [name, start]));
  draw();
  return group(setting, path, holder, button("Add a row", () => change(() => rows.push(begin()), rows.length - 1), { sign: "plus" }));
});
