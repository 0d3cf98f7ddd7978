/** Make and find elements; nothing here knows of schemas. */

const SVG = "http://www.w3.org/2000/svg";

export function make(tag, properties = {}, ...children) {
  const { dataset = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.classList.add("icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  drawing.append(use);
  return drawing;
}

export function button(text, act, { look = "small", sign = "" } = {}) {
  const made = make("button", { type: "button", className: `button ${look}` }, sign ? icon(sign) : null, text);
  made.addEventListener("click", act);
  return made;
}

/** A button that is only a sign; `label` is what it is called. */
export function signButton(label, sign, act) {
  const made = button("", act, { look: "quiet small icon-only", sign });
  made.setAttribute("aria-label", label);
  made.title = label;
  return made;
}

export function select(choices, value) {
  const made = make("select");
  made.append(...choices.map(([name, text]) => make("option", { value: name, textContent: text, selected: name === value })));
  return made;
}

export const idOf = (path) => `se-${path.replaceAll(".", "-")}`;

/** A label, its control and a place for what is wrong with it. */
export function labeled({ label, help }, path, input) {
  input.id = idOf(path);
  const line = make("label", { htmlFor: input.id, textContent: label });
  const hint = help ? make("div", { className: "help", id: `${input.id}-help`, textContent: help }) : null;
  if (hint) input.setAttribute("aria-describedby", hint.id);
  return make("div", { className: "field", dataset: { path } }, line, input, hint);
}

/** Several controls that belong together. */
export function group({ label, help }, path, ...children) {
  const legend = make("legend", { textContent: label });
  const hint = help ? make("div", { className: "help", textContent: help }) : null;
  return make("fieldset", { className: "field se-group", dataset: { path } }, legend, hint, ...children);
}

export function checkbox(text, isChecked, act) {
  const box = make("input", { type: "checkbox", checked: isChecked });
  box.addEventListener("change", () => act(box.checked));
  return make("label", { className: "choice" }, box, make("span", { textContent: text }));
}

/** Checkboxes for some of many values; `act` gets the list of those that are checked, in the order of the choices. */
export function checkboxes(choices, chosen, act) {
  const values = new Set(chosen);
  const toggle = (value) => (isChecked) => {
    values[isChecked ? "add" : "delete"](value);
    act(choices.map(([one]) => one).filter((one) => values.has(one)));
  };
  return make("div", { className: "se-checks" }, ...choices.map(([value, text]) => checkbox(text, values.has(value), toggle(value))));
}
