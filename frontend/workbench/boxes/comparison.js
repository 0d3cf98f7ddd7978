import { part } from "../question_element.js";
import { differenceOf, missingIn } from "./differences.js";

const MOST = 200; // differing boxes that are listed
const NO_ROOM = 0.1; // of the picture's height: a tag over a box that begins higher would not be seen

/** One person's boxes beside those of others: on a small picture, with what differs named on them, and what is missing below. */
export function compareBoxes(element, answer, others) {
  const { address, width, height } = element.medium ?? {};
  const picture = part("div", "box-compared");
  if (address) picture.append(part("img", "", { src: `${address}whole`, width, height, alt: element.describe(answer), decoding: "async" }));
  for (const box of answer.slice(0, MOST)) {
    const difference = differenceOf(box, others);
    const frame = part("div", `box option-colour-${element.colourOf(box.label)}`);
    frame.classList.toggle("differs", difference !== "");
    frame.classList.toggle("at-top", box.y < NO_ROOM * height);
    frame.append(part("span", "box-tag", { textContent: `${element.titleOf(box.label)}${difference ? ` ≠ ${difference}` : ""}`, dir: "auto" }));
    const share = (value, whole) => `${(100 * value) / whole}%`;
    Object.assign(frame.style, { left: share(box.x, width), top: share(box.y, height), width: share(box.width, width), height: share(box.height, height) });
    picture.append(frame);
  }
  const missing = missingIn(answer, others).slice(0, MOST);
  const lines = missing.map((box) => part("li", "", { textContent: `not here: ${element.titleOf(box.label)} ${element.wordsFor(box)}` }));
  const words = part("p", "", { textContent: element.describe(answer) });
  return part("div", "", {}, picture, words, ...(lines.length > 0 ? [part("ul", "span-missing soft", {}, ...lines)] : []));
}
