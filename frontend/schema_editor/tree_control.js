/** Nested options as indented text, read while one types. */
import { registerControl } from "./controls.js";
import { labeled, make } from "./dom.js";
import { allOptions } from "./definition.js";
import { readTree, writeTree } from "./tree_text.js";

const HELP = "One a line; what is further to the right belongs to the line above it. “value | title” where what is stored should differ.";

registerControl("tree", ({ setting, part, path, editor }) => {
  const text = make("textarea", { rows: 10, spellcheck: false, className: "code se-tree", value: writeTree(part[setting.name] ?? []) });
  text.wrap = "off";
  const count = make("p", { className: "help" });
  count.setAttribute("role", "status");
  const say = (problems) => {
    const found = problems.slice(0, 5).map(({ line, message }) => `Line ${line}: ${message}`);
    count.textContent = [`${allOptions(part[setting.name]).length.toLocaleString()} options.`, ...found].join(" ");
  };
  text.addEventListener("input", () => {
    const { options, problems } = readTree(text.value, part[setting.name] ?? []);
    part[setting.name] = options;
    say(problems);
    editor.changed(part, setting.name);
  });
  say([]);
  const element = labeled({ ...setting, help: HELP }, path, text);
  element.append(count);
  return element;
});
