/** Show what is wrong with a schema at the control where it can be mended. */
import { make } from "./dom.js";

/** Replaces what was shown before; `problems` are `{path, message}`. */
export function placeProblems(root, problems) {
  for (const list of root.querySelectorAll("ul.errors[data-problems]")) list.remove();
  for (const input of root.querySelectorAll("[aria-invalid][data-marked]")) {
    input.removeAttribute("aria-invalid");
    delete input.dataset.marked;
  }
  for (const { path, message } of problems) place(root, path, message);
}

function place(root, path, message) {
  const names = path.split(".");
  const rest = [];
  let holder = null;
  while (names.length > 0 && !(holder = root.querySelector(`[data-path="${CSS.escape(names.join("."))}"]`))) rest.unshift(names.pop());
  holder ??= root;
  const input = holder.querySelector(rest.length > 0 ? `[data-key="${CSS.escape(rest.at(-1))}"]` : ":scope > :is(input, select, textarea)");
  if (input) {
    input.setAttribute("aria-invalid", "true");
    input.dataset.marked = "yes";
  }
  listIn(holder).append(make("li", { textContent: rest.length > 0 ? `${inWords(rest)}: ${message}` : message }));
}

function listIn(holder) {
  let list = holder.querySelector(":scope > ul.errors[data-problems]");
  if (!list) {
    list = make("ul", { className: "errors", dataset: { problems: "yes" } });
    const body = holder.querySelector(":scope > .se-body");
    if (body) body.before(list);
    else holder.append(list);
  }
  return list;
}

/** `["2", "key"]` as "No. 3, key". */
function inWords(names) {
  return names.map((name) => (/^\d+$/.test(name) ? `No. ${Number(name) + 1}` : name)).join(", ");
}

/** Bring the control with the first problem into sight, folded parts opened. */
export function goToProblem(root) {
  const first = root.querySelector("ul.errors[data-problems]");
  if (!first) return;
  for (let around = first.parentElement; around && around !== root; around = around.parentElement) {
    if (around.tagName === "DETAILS") around.open = true;
    if (around.classList.contains("se-card")) around.open();
  }
  const holder = first.parentElement;
  (holder.querySelector("[aria-invalid]") ?? holder.querySelector("input:not([type=hidden]), select, textarea, button"))?.focus();
  holder.scrollIntoView({ block: "center" });
}
