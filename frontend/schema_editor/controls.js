/**
 * By what each setting of a part is edited. A control is `make({setting, part, path, place, editor, above}) -> element`, or
 * `{element, refresh}` where it depends on other parts; `refresh` is called after each change.
 *
 * - `part` is the definition that it changes in place, at `path`; `above` is the part around a row's, if there is one.
 * - `place` is `{name: "fields" | "questions", list, index, isNested}`: the list that the part stands in.
 * - `editor.changed()` says that a value has changed, `editor.redraw(path)` that the shape has; then that path has the focus.
 */
import { checkboxes, group, labeled, make, select } from "./dom.js";
import { allOptions, followRename, knownValues, setValue } from "./definition.js";

const controls = new Map();

export function registerControl(name, control) {
  if (controls.has(name)) throw new Error(`The control "${name}" is registered twice.`);
  controls.set(name, control);
}

/** The control of a setting; one that this page does not know is left to JSON. */
export function makeControl(given) {
  const { setting, path } = given;
  const control = controls.get(setting.control);
  if (!control) return { element: group({ label: setting.label, help: "This is edited as JSON." }, `${path}.${setting.name}`), refresh() {} };
  const made = control({ ...given, path: `${path}.${setting.name}` });
  return made.element ? { refresh() {}, ...made } : { element: made, refresh() {} };
}

function typed({ setting, part, path, editor }, input, read = (text) => text) {
  const value = part[setting.name];
  input.value = value ?? setting.default ?? "";
  if (setting.limit) input.maxLength = setting.limit;
  input.addEventListener("input", () => {
    setValue(part, setting, read(input.value));
    editor.changed(part, setting.name);
  });
  return labeled(setting, path, input);
}

registerControl("text", (given) => typed(given, make("input", { type: "text", autocomplete: "off" })));
registerControl("long_text", (given) => typed(given, make("textarea", { rows: 2 })));

function numeric(given, step) {
  const { least, most } = given.setting;
  const input = make("input", { type: "number", step, min: least ?? "", max: most ?? "", inputMode: step === "any" ? "decimal" : "numeric" });
  return typed(given, input, (text) => (text === "" ? null : Number(text)));
}
registerControl("whole", (given) => numeric(given, "1"));
registerControl("number", (given) => numeric(given, "any"));

registerControl("flag", ({ setting, part, path, editor }) => {
  const box = make("input", { type: "checkbox", checked: part[setting.name] ?? setting.default ?? false });
  box.addEventListener("change", () => {
    setValue(part, setting, box.checked);
    editor.changed(part, setting.name);
  });
  const help = setting.help ? make("span", { className: "help", textContent: setting.help }) : null;
  const text = make("span", {}, setting.label, help ? make("br") : null, help);
  return make("div", { className: "field", dataset: { path } }, make("label", { className: "choice" }, box, text));
});

registerControl("one_of", ({ setting, part, path, editor }) => {
  const list = select(setting.choices, part[setting.name] ?? setting.default ?? setting.start);
  list.addEventListener("change", () => {
    setValue(part, setting, list.value);
    editor.changed(part, setting.name);
  });
  return labeled(setting, path, list);
});

/** A list whose choices follow what else there is; "" leaves it to the server, which takes the first that fits. */
function following({ setting, part, path, editor }, choicesNow, { isShown = () => true } = {}) {
  const list = select([], "");
  const element = labeled(setting, path, list);
  let drawn = "";
  const refresh = () => {
    const choices = choicesNow();
    const value = part[setting.name] ?? "";
    const all = choices.some(([name]) => name === value) || value === "" ? choices : [...choices, [value, `${value} (is not there)`]];
    const state = JSON.stringify([all, value]);
    element.hidden = !isShown(all);
    if (state === drawn) return;
    drawn = state;
    list.replaceChildren(...all.map(([name, text]) => make("option", { value: name, textContent: text })));
    list.value = value === "" ? (all[0]?.[0] ?? "") : value;
  };
  list.addEventListener("change", () => {
    setValue(part, setting, list.value);
    editor.changed(part, setting.name);
  });
  refresh();
  return { element, refresh };
}

registerControl("field", (given) => {
  const { setting, part, editor } = given;
  const isOptional = setting.default === "";
  const fitting = () => {
    const about = setting.kinds ?? editor.kindOf("questions", part)?.about;
    const fields = editor.definition.fields.filter(({ kind }) => !about || about.includes(kind));
    const named = fields.map(({ name, title }) => [name, title ? `${title} (${name})` : name]);
    return isOptional ? [["", "none"], ...named] : named;
  };
  return following(given, fitting, { isShown: (choices) => isOptional || editor.definition.fields.length > 1 || choices.length !== 1 });
});

registerControl("question", (given) => {
  const { setting, place, editor } = given;
  const before = () => place.list.slice(0, place.index).filter(({ kind }) => setting.kinds.includes(kind));
  return following(given, () => before().map((question) => [question.name, editor.titleOf(question)]));
});

registerControl("name", ({ setting, part, path, place, editor }) => {
  const input = make("input", { type: "text", autocomplete: "off", spellcheck: false, maxLength: 40, className: "code" });
  input.value = part.name ?? "";
  input.addEventListener("input", () => {
    const before = part.name;
    part.name = input.value;
    editor.ownNames.add(part);
    if (!place.isNested) followRename(editor.definition, place.name, before, part.name);
    editor.changed(part, setting.name);
  });
  const refresh = () => {
    if (input.value !== part.name && document.activeElement !== input) input.value = part.name ?? "";
  };
  return { element: labeled(setting, path, input), refresh };
});

/** Checkboxes that follow what can be chosen; hidden where there is nothing. */
function followingChecks({ setting, part, path, editor }, choicesNow) {
  const holder = make("div");
  const element = group(setting, path, holder);
  let drawn = null;
  const refresh = () => {
    const choices = choicesNow();
    const chosen = [part[setting.name] ?? []].flat();
    const state = JSON.stringify([choices, chosen]);
    element.hidden = choices.length === 0;
    if (state === drawn || (drawn !== null && holder.contains(document.activeElement))) return;
    drawn = state;
    const write = (values) => {
      setValue(part, setting, values);
      editor.changed(part, setting.name);
    };
    holder.replaceChildren(checkboxes(choices, chosen, write));
  };
  refresh();
  return { element, refresh };
}

/** Labels of the spans question that the part around the row names. */
registerControl("labels", (given) => {
  const { setting, above, place, editor } = given;
  const spans = () => {
    const before = place.list.slice(0, place.index).filter(({ kind }) => kind === "spans");
    return before.find(({ name }) => name === above[setting.of]) ?? before.at(-1);
  };
  return followingChecks({ ...given, editor }, () => allOptions(spans()?.options).map(({ value, title }) => [value, title ?? value]));
});

registerControl("per", (given) => {
  const { part, editor } = given;
  const parts = Object.entries(editor.language.parts);
  const choices = () => {
    const kinds = new Set(editor.definition.fields.map(({ kind }) => kind));
    const mayRepeat = editor.kindOf("questions", part)?.repeats;
    const found = parts.filter(([, kind]) => mayRepeat && kinds.has(kind)).map(([per]) => [per, `once for each ${per}`]);
    return [["", "once about the task"], ...found];
  };
  return following(given, choices, { isShown: (all) => all.length > 1 });
});

registerControl("speakers", (given) => {
  const { part, editor } = given;
  return followingChecks(given, () => {
    if (part.per !== "turn") return [];
    const dialogues = editor.definition.fields.filter(({ kind }) => kind === "dialogue");
    const field = dialogues.find(({ name }) => name === part.on) ?? dialogues[0];
    return allSpeakers(field).map((name) => [name, name]);
  });
});

const allSpeakers = (field) => (field?.speakers ?? []).map((speaker) => (typeof speaker === "string" ? speaker : speaker.name)).filter(Boolean);

const TESTS = [
  ["is", "is"],
  ["is_not", "is not"],
  ["at_least", "is at least"],
  ["at_most", "is at most"],
  ["answered", "is answered"],
];

/** A condition on an earlier question; of a question about a span, also on the span's label. */
registerControl("condition", ({ setting, part, path, place, editor, above }) => {
  const before = () => [...(place.isNested ? [{ name: "label", title: "Label", kind: "choice", options: above?.options ?? [] }] : []), ...place.list.slice(0, place.index)];
  const holder = make("div", { className: "field-row se-condition" });
  const element = group(setting, path, holder);
  let drawn = null;
  const write = (when) => {
    if (when) part.when = when;
    else delete part.when;
    editor.changed(part, "when");
    refresh();
  };
  const draw = () => {
    const { when } = part;
    const names = select([["", "always"], ...before().map((one) => [one.name, editor.titleOf(one)])], when?.question ?? "");
    names.setAttribute("aria-label", "Earlier question");
    names.addEventListener("change", () => write(names.value ? { question: names.value, answered: true } : null));
    if (!when) return [names];
    const test = TESTS.find(([name]) => name in when)?.[0] ?? "answered";
    const tests = select(TESTS, test);
    tests.setAttribute("aria-label", "Test");
    tests.addEventListener("change", () => write({ question: when.question, [tests.value]: { at_least: 0, at_most: 0, answered: true }[tests.value] ?? [] }));
    return [names, tests, operand(when, test, before().find(({ name }) => name === when.question))];
  };
  const operand = (when, test, question) => {
    const set = (value) => {
      part.when = { question: when.question, [test]: value };
      editor.changed(part, "when");
    };
    if (test === "answered") return spoken(select([["yes", "yes"], ["no", "no"]], when.answered === false ? "no" : "yes"), "Answered", (value) => set(value === "yes"));
    if (test === "at_least" || test === "at_most") return spoken(make("input", { type: "number", step: "any", value: when[test] ?? 0 }), "Number", (value) => set(Number(value)));
    const known = question ? knownValues(question) : null;
    const chosen = [when[test] ?? []].flat();
    const one = (values) => set(values.length === 1 ? values[0] : values);
    if (known && known.length <= 60) return checkboxes(known, chosen, one);
    return spoken(make("input", { type: "text", value: chosen.join(", "), placeholder: "values, parted by commas" }), "Values", (text) => one(text.split(",").map((value) => value.trim()).filter(Boolean)));
  };
  const refresh = () => {
    const state = JSON.stringify([before().map((one) => [one.name, one.title]), part.when?.question, Object.keys(part.when ?? {}), knownValues(before().find(({ name }) => name === part.when?.question) ?? {})?.slice(0, 61)]);
    element.hidden = before().length === 0 && !part.when;
    if (state === drawn) return;
    const focused = [...holder.children].findIndex((child) => child.contains(document.activeElement));
    drawn = state;
    holder.replaceChildren(...draw());
    if (focused >= 0) holder.children[Math.min(focused, holder.children.length - 1)].focus?.();
  };
  refresh();
  return { element, refresh };
});

function spoken(control, label, act) {
  control.setAttribute("aria-label", label);
  control.addEventListener(control.tagName === "SELECT" ? "change" : "input", () => act(control.value));
  return control;
}
