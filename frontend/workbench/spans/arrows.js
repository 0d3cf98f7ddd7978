import { part } from "../question_element.js";

const SVG = "http://www.w3.org/2000/svg";
const HEAD = 7;

/** The way of an arrow between two points, bent upwards so that it does not lie on the words; and where its name stands. */
export function bow(from, to) {
  const apart = Math.abs(to.x - from.x);
  const rise = Math.abs(to.y - from.y) < 8 ? Math.min(34, 14 + apart / 12) : 18;
  const [one, other] = [{ x: from.x, y: from.y - rise }, { x: to.x, y: to.y - rise }];
  const middle = {
    x: (from.x + 3 * one.x + 3 * other.x + to.x) / 8,
    y: (from.y + 3 * one.y + 3 * other.y + to.y) / 8,
  };
  return { path: `M ${points(from)} C ${points(one)}, ${points(other)}, ${points(to)}`, middle };
}

/** The elements of one relation: a line, a head where it has a direction, its name in the middle. */
export function arrow({ title, colour, isDirected, isSuggested, isSelected }, from, to) {
  const { path, middle } = bow(from, to);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `span-arrow option-colour-${colour}${isSuggested ? " suggested" : ""}${isSelected ? " selected" : ""}`);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  if (isDirected) {
    const head = document.createElementNS(SVG, "path");
    head.setAttribute("class", "head");
    head.setAttribute("d", `M ${to.x - HEAD / 2} ${to.y - HEAD} L ${to.x + HEAD / 2} ${to.y - HEAD} L ${to.x} ${to.y} Z`);
    svg.append(head);
  }
  const name = part("span", `span-arrow-name option-colour-${colour}`, { textContent: isSuggested ? `${title} ?` : title });
  name.style.left = `${middle.x}px`;
  name.style.top = `${middle.y}px`;
  return [svg, name];
}

const points = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
