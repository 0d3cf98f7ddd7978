import { CodePoints } from "./spans/code_points.js";

const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"];
const BLOCKS = ["p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "div", "hr", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"];
const INLINE = ["em", "strong", "b", "i", "u", "s", "ins", "del", "sub", "sup", "mark", "code", "span"];
const KNOWN = new Set([...HEADINGS, ...BLOCKS, ...INLINE]);
const NUMBERS = { start: "start", colspan: "colSpan", rowspan: "rowSpan" };

/**
 * A document as the server describes it (projects/schema/fields/rich_document.py), made of elements: no HTML is read here. `texts` are
 * the nodes that hold its text, and `starts` where each begins in it, in UTF-16 units.
 */
export function documentElement({ text, nodes }) {
  const points = new CodePoints(text);
  const element = Object.assign(document.createElement("div"), { className: "rich-document" });
  const open = [element];
  const texts = [];
  const starts = [];
  for (const node of nodes) {
    open.length = Math.min(open.length, node.depth + 1);
    if (node.tag) {
      const made = elementOf(node);
      open.at(-1).append(made);
      open.push(made);
      continue;
    }
    const start = points.toUnit(node.start);
    const words = document.createTextNode(text.slice(start, points.toUnit(node.end)));
    open.at(-1).append(words);
    texts.push(words);
    starts.push(start);
  }
  return { element, texts, starts, text };
}

/** A link says where it would lead and leads nowhere: one marks words in it. */
function elementOf({ tag, href, ...numbers }) {
  const made = document.createElement(KNOWN.has(tag) ? tag : "span");
  for (const [name, property] of Object.entries(NUMBERS)) if (Number.isInteger(numbers[name])) made[property] = numbers[name];
  if (tag === "a") Object.assign(made, { className: "rich-link", title: href ?? "" });
  return made;
}
