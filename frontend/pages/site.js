// Loaded on every ordinary page. Each behaviour sits on a page that works without it.
import htmx from "htmx.org";
import "../elements/content-cover.js";
import "../elements/copy-button.js";
import "../elements/data-grid.js";
import "../elements/file-drop.js";
import "../elements/job-progress.js";
import "../elements/mention-box.js";
import "../elements/page-keys.js";
import "../elements/picture-drop.js";
import "../elements/picture-viewer.js";
import "../elements/quote-box.js";
import "../elements/save-button.js";
import "../elements/word-list.js";
import { startTheme } from "../elements/theme.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
// A refused form comes back as the same fragment with its errors, status 422: show it like any other answer.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

const root = document.documentElement;
root.classList.add("with-script");
root.classList.toggle("coarse-pointer", matchMedia("(pointer: coarse)").matches);
startTheme(root);

document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

// Rail: folded or not is kept in a cookie, so that the server draws it right the next time.
document.querySelector(".rail-fold")?.addEventListener("click", (event) => {
  const folded = root.dataset.rail !== "folded";
  root.dataset.rail = folded ? "folded" : "open";
  event.currentTarget.setAttribute("aria-expanded", String(!folded));
  document.cookie = `rail=${folded ? "folded" : "open"}; path=/; max-age=31536000; samesite=lax`;
});

// Menus close by Escape (focus goes back to what opened them) and by a press elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// data-open-dialog="id" opens a dialog, data-close-dialog closes the one around it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.openDialog)?.showModal();
  }
  event.target.closest?.("[data-close-dialog]")?.closest("dialog")?.close();
});

// data-submit-on-change: filters and small selects apply at once; without script a button stands beside them.
document.addEventListener("change", (event) => {
  const field = event.target.closest?.("[data-submit-on-change]");
  if (field) field.form?.requestSubmit();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && !form.hasAttribute("data-repeatable") && !form.hasAttribute("hx-post")) event.preventDefault();
  else if (form.method === "post") form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Times are drawn in the reader's own zone; the server wrote UTC.
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const localizeTimes = (within) => {
  for (const time of within.querySelectorAll("time[datetime]")) time.title = clock.format(new Date(time.dateTime));
};
localizeTimes(document);
document.body.addEventListener("htmx:load", (event) => localizeTimes(event.detail.elt));
