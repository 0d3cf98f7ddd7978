// <data-grid>: rows marked data-row, each with one link. j and k (or the arrows, once a row has the focus) move from link to
// link, a press anywhere on a row opens it. x selects the row that has the focus, with Shift all from the one selected last;
// the bar of what can be done appears with the first. It is replaced whole when the list changes; who turned pages by key stays in it.
import { isTyping } from "./page-keys.js";

let turnedByKey = false;

class DataGrid extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("keydown", (event) => this.leaveSearch(event));
    this.addEventListener("change", (event) => this.changeSelection(event.target));
    this.showSelection();
    if (turnedByKey) this.links[0]?.focus();
    turnedByKey = false;
  }

  get links() {
    return [...this.querySelectorAll("[data-row] th a")];
  }

  get boxes() {
    return [...this.querySelectorAll("[data-select]")];
  }

  press(event) {
    if (event.target.matches("[data-select]")) return this.select(event.target, event.shiftKey);
    const row = event.target.closest("[data-row]");
    if (!row || event.target.closest("a, button, summary, .data-select") || String(getSelection())) return;
    const link = row.querySelector("th a");
    if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
    else link.click();
  }

  /** Set a box that has just changed; with a range all between it and the one before it. */
  select(box, isRange) {
    const boxes = this.boxes;
    const last = boxes.indexOf(this.lastBox);
    if (isRange && last >= 0) {
      const [from, to] = [last, boxes.indexOf(box)].sort((one, other) => one - other);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    this.lastBox = box;
    this.showSelection();
  }

  toggle(isRange) {
    const box = document.activeElement?.closest("[data-row]")?.querySelector("[data-select]");
    if (!box) return;
    box.checked = !box.checked;
    this.select(box, isRange);
  }

  changeSelection(box) {
    if (box.matches("[data-select-page]")) for (const one of this.boxes) one.checked = box.checked;
    this.showSelection();
  }

  showSelection() {
    const bar = this.querySelector(".bulk-bar");
    if (!bar) return;
    const boxes = this.boxes;
    const selected = boxes.filter((box) => box.checked).length;
    const takesAll = bar.querySelector("[data-select-all]").checked;
    bar.dataset.state = selected || takesAll ? "open" : "closed";
    bar.querySelector("[data-selected]").textContent = takesAll ? "All" : String(selected);
    const page = this.querySelector("[data-select-page]");
    page.checked = selected > 0 && selected === boxes.length;
    page.indeterminate = selected > 0 && selected < boxes.length;
  }

  leaveSearch(event) {
    if (event.key === "Escape" && event.target.matches("input")) this.links[0]?.focus();
  }

  move(step) {
    const links = this.links;
    const here = links.indexOf(document.activeElement);
    const next = links[here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step];
    next?.focus();
    next?.closest("[data-row]").scrollIntoView({ block: "nearest" });
  }
}
customElements.define("data-grid", DataGrid);

document.addEventListener("keydown", (event) => {
  const grid = document.querySelector("data-grid");
  if (!grid || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const inRow = document.activeElement?.closest("[data-row]");
  const steps = { j: 1, k: -1, ...(inRow && { ArrowDown: 1, ArrowUp: -1 }) };
  if (event.key.toLowerCase() === "x" && inRow) {
    event.preventDefault();
    return grid.toggle(event.shiftKey);
  }
  turnedByKey = event.key === "n" || event.key === "p";
  if (!(event.key in steps)) return;
  event.preventDefault();
  grid.move(steps[event.key]);
});
