import { part } from "../question_element.js";
import { differencesOf, pieces } from "./differences.js";
import { quoteOf } from "./span_set.js";

const MOST = 200; // differing spans that are listed

/** One person's spans beside those of others: the text with marks, what differs named on them, and what is missing below. */
export function compareSpans(element, answer, others) {
  const { marked, missing } = differencesOf(answer, others);
  const text = part("p", "span-compared", { dir: "auto" });
  for (const piece of pieces([...element.map.text].length, marked.slice(0, MOST))) text.append(pieceOf(element, piece));
  const lines = missing.slice(0, MOST).map((span) => part("li", "", { textContent: `not here: “${quoteOf(span)}” ${element.titleOf(span.label)}` }));
  return part("div", "", {}, text, ...(lines.length > 0 ? [part("ul", "span-missing soft", {}, ...lines)] : []));
}

function pieceOf(element, { start, end, items, isGap }) {
  if (isGap) return " … ";
  let node = document.createTextNode(element.points.slice(start, end));
  for (const { span, difference } of items) {
    const mark = part("mark", `option-colour-${element.colourOf(span.label)}`, {}, node);
    if (difference) mark.classList.add("differs");
    if (span.parts.at(-1).end === end) mark.append(part("small", "", { textContent: ` ${element.titleOf(span.label)}${difference ? ` ≠ ${difference}` : ""}` }));
    node = mark;
  }
  return node;
}
