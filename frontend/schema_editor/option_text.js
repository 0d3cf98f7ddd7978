/** Options as text: one a line, or columns of a table. Pure. */
import { slugify } from "../elements/slug.js";
import { freeName } from "./definition.js";

const COLUMNS = ["value", "title", "key", "colour", "help"];

/**
 * Read options from lines of `title`, of `value | title | key | colour | help`, of cells parted by tabs (as spreadsheets copy
 * them), or of CSV whose first line names its columns. Returns `{options, problems}`; a problem is `{line, message}`.
 */
export function readOptions(text, { colours = [], known = [] } = {}) {
  const rows = text.split(/\r\n?|\n/).map((line, index) => ({ line: index + 1, text: line })).filter(({ text: line }) => line.trim());
  if (rows.length === 0) return { options: [], problems: [] };
  const { separator, columns, body } = layoutOf(rows);
  const problems = [];
  const taken = new Set();
  const ofTitle = new Map(known.map((option) => [option.title ?? option.value, option.value]));
  const options = [];
  for (const { line, text: row } of body) {
    const cells = separator ? cellsOf(row, separator) : [row.trim()];
    const named = Object.fromEntries((cells.length === 1 && !columns.fixed ? ["title"] : columns.names).map((name, index) => [name, (cells[index] ?? "").trim()]));
    const option = optionFrom(named, { line, colours, problems, taken, ofTitle });
    if (option) options.push(option);
  }
  return { options, problems };
}

function layoutOf(rows) {
  const first = rows[0].text;
  for (const separator of ["|", "\t", ",", ";"]) {
    const names = cellsOf(first, separator).map((cell) => cell.trim().toLowerCase().replace("color", "colour"));
    const isHead = names.length > 1 && names.every((name) => COLUMNS.includes(name)) && (names.includes("value") || names.includes("title"));
    if (isHead) return { separator, columns: { names, fixed: true }, body: rows.slice(1) };
  }
  const separator = ["|", "\t"].find((one) => rows.some(({ text }) => text.includes(one))) ?? null;
  return { separator, columns: { names: COLUMNS, fixed: false }, body: rows };
}

function optionFrom({ value = "", title = "", key = "", colour = "", help = "" }, { line, colours, problems, taken, ofTitle }) {
  const words = title || value;
  if (!words) {
    problems.push({ line, message: "has neither a value nor a title." });
    return null;
  }
  const stored = value || ofTitle.get(words) || freeName(slugify(words) || words.slice(0, 80), taken);
  if (taken.has(stored)) {
    problems.push({ line, message: `“${stored}” stands there twice; the second is left out.` });
    return null;
  }
  taken.add(stored);
  const option = { value: stored, title: words };
  if (key) option.key = key.toLowerCase();
  if (help) option.help = help;
  const number = colourNumber(colour, colours);
  if (number) option.colour = number;
  else if (colour) problems.push({ line, message: `“${colour}” is no colour: a number from 1 to ${colours.length}, or its name.` });
  return option;
}

function colourNumber(text, colours) {
  const number = /^\d+$/.test(text) ? Number(text) : colours.findIndex((name) => name.toLowerCase() === text.toLowerCase()) + 1;
  return number >= 1 && number <= colours.length ? number : 0;
}

/** The cells of a line; quotes around one keep the separator inside, and "" in them is one quote. */
export function cellsOf(line, separator) {
  const cells = [];
  let cell = "";
  let isQuoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const sign = line[index];
    if (sign === '"' && isQuoted && line[index + 1] === '"') {
      cell += '"';
      index += 1;
    } else if (sign === '"' && (isQuoted || cell.trim() === "")) isQuoted = !isQuoted;
    else if (sign === separator && !isQuoted) {
      cells.push(cell);
      cell = "";
    } else cell += sign;
  }
  return [...cells, cell];
}

/** New options over old ones of the same value: what the text does not say stays. */
export function mergeOptions(before, read) {
  const known = new Map(before.map((option) => [option.value, option]));
  return read.map((option) => ({ ...known.get(option.value), ...option }));
}

/** The old ones, with those of the new that are not among them behind. */
export function addOptions(before, read) {
  const updated = new Map(read.map((option) => [option.value, option]));
  const kept = before.map((option) => ({ ...option, ...updated.get(option.value) }));
  const known = new Set(before.map(({ value }) => value));
  return [...kept, ...read.filter(({ value }) => !known.has(value))];
}
