/** Where in a JSON text each part stands, so that what is wrong with a part leads to its line. Pure. */

/** What is wrong with the text as JSON: `{message, line, column}`, or null. Browsers say where in words of their own. */
export function jsonProblem(text) {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const said = String(error.message);
    const pair = said.match(/line (\d+) column (\d+)/);
    const position = said.match(/position (\d+)/);
    const place = pair ? { line: Number(pair[1]), column: Number(pair[2]) } : placeAt(text, position ? Number(position[1]) : text.length);
    const reason = said.replace(/^JSON\.parse: /, "").replace(/,? ?(in JSON )?at (position|line) .*$/, "").replace(/ \(line .*\)$/, "");
    return { message: `${reason}.`.replace(/\.\.$/, "."), ...place };
  }
}

export function placeAt(text, offset) {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
}

/** By dotted path (`questions.0.title`), the offset at which the part's value begins. The text must be right JSON. */
export function offsetsOf(text) {
  const offsets = new Map();
  let at = 0;
  const skip = () => {
    while (/\s/.test(text[at] ?? "")) at += 1;
  };
  const string = () => {
    const from = at;
    for (at += 1; text[at] !== '"'; at += 1) if (text[at] === "\\") at += 1;
    at += 1;
    return JSON.parse(text.slice(from, at));
  };
  const parts = (closing, path, nameOf) => {
    at += 1;
    skip();
    for (let index = 0; text[at] !== closing; index += 1) {
      const name = nameOf(index);
      value(path === "" ? String(name) : `${path}.${name}`);
      skip();
      if (text[at] === ",") at += 1;
      skip();
    }
    at += 1;
  };
  const keyed = () => {
    const name = string();
    skip();
    at += 1; // the colon
    return name;
  };
  const value = (path) => {
    skip();
    offsets.set(path, at);
    if (text[at] === "{") parts("}", path, keyed);
    else if (text[at] === "[") parts("]", path, (index) => index);
    else if (text[at] === '"') string();
    else while (at < text.length && !/[,\]}\s]/.test(text[at])) at += 1;
  };
  value("");
  return offsets;
}

/** The line of a path, or of the nearest part around it that stands there. */
export function lineOf(text, offsets, path) {
  const names = path.split(".");
  while (names.length > 0 && !offsets.has(names.join("."))) names.pop();
  const offset = offsets.get(names.join(".")) ?? 0;
  return { ...placeAt(text, offset), offset };
}
