/** A tree of options as indented text, and back. Pure; a line is `title`, or `value | title` where they differ. */
import { slugify } from "../elements/slug.js";
import { freeName } from "./definition.js";

const INDENT = "  ";

export function writeTree(options, depth = 0) {
  return options.map((option) => {
    const { value, title, children = [] } = typeof option === "string" ? { value: option, title: option } : option;
    const words = title ?? value;
    const line = slugify(words) === value && !words.includes("|") ? words : `${value} | ${words}`;
    return [INDENT.repeat(depth) + line, ...(children.length > 0 ? [writeTree(children, depth + 1)] : [])].join("\n");
  }).join("\n");
}

/**
 * Read the tree; `before` is the tree it was: what the text does not say (keys, help, colours) stays with its value, and
 * a title at its old place keeps its value. Returns `{options, problems}`; a problem is `{line, message}`.
 */
export function readTree(text, before = []) {
  const known = collect(before);
  const taken = new Set();
  const problems = [];
  const roots = [];
  const open = []; // {indent, node, path}: the nodes above the next line
  text.split(/\r\n?|\n/).forEach((line, index) => {
    if (!line.trim()) return;
    const indent = line.match(/^[ \t]*/)[0].replaceAll("\t", "    ").length;
    while (open.length > 0 && open.at(-1).indent >= indent) open.pop();
    const above = open.at(-1);
    const { value: said, title } = partsOf(line.trim());
    const path = `${above?.path ?? ""}\n${title}`;
    const value = said || known.byPath.get(path) || freeValue(title, above?.node, taken);
    if (taken.has(value)) problems.push({ line: index + 1, message: `“${value}” stands there twice.` });
    taken.add(value);
    const { children: _, ...old } = known.byValue.get(value) ?? {};
    const node = { ...old, value, title };
    (above ? (above.node.children ??= []) : roots).push(node);
    open.push({ indent, node, path });
  });
  return { options: roots, problems };
}

function partsOf(line) {
  const at = line.indexOf("|");
  if (at < 0) return { value: "", title: line };
  const value = line.slice(0, at).trim();
  return { value, title: line.slice(at + 1).trim() || value };
}

/** “Other” below two groups gets two values. */
function freeValue(title, above, taken) {
  const value = slugify(title) || title.slice(0, 80);
  if (!taken.has(value)) return value;
  return freeName(above ? `${above.value}_${value}`.slice(0, 80) : value, taken);
}

function collect(options, path = "", found = { byValue: new Map(), byPath: new Map() }) {
  for (const option of options) {
    const node = typeof option === "string" ? { value: option, title: option } : option;
    const here = `${path}\n${node.title ?? node.value}`;
    found.byValue.set(node.value, node);
    found.byPath.set(here, node.value);
    collect(node.children ?? [], here, found);
  }
  return found;
}
