import { fieldKinds } from "./kinds.js";
import { part } from "./question_element.js";

const FORMATS = {
  text: (value) => String(value),
  number: (value, unit) => [new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 }).format(value), unit].filter(Boolean).join(" "),
  money: (value, unit) => [new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value), unit].filter(Boolean).join(" "),
  percent: (value) => `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 }).format(value)} %`,
  date: (value) => new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${value}T00:00:00Z`)),
  time: (value) => new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date(value)),
  flag: (value) => (value ? "✓ yes" : "✗ no"),
};

/** A table row, one column a line, formatted for reading. */
export class RecordField extends HTMLElement {
  set field(field) {
    this.definition = field;
    if (field.title) this.setAttribute("aria-label", field.title);
  }

  set value(record) {
    const known = this.definition.columns ?? [];
    const columns = known.length > 0 ? known : Object.keys(record ?? {}).map((name) => ({ name, title: name, type: "text" }));
    const rows = columns.map((column) => ({ id: column.name, cells: cells(column, record?.[column.name]) }));
    const given = rows.filter(({ id }) => !isMissing(record?.[id]));
    this.parts = given.map(({ id, cells: [head, cell] }) => ({ id, title: `${head.textContent}: ${cell.textContent}`, element: head }));
    this.replaceChildren(part("dl", "record", {}, ...rows.flatMap((row) => row.cells)));
  }

  /** What a part is called in a sentence. */
  partName(id) {
    return this.definition.columns?.find(({ name }) => name === id)?.title ?? id;
  }

  set marks(words) {}
}

const isMissing = (value) => value === undefined || value === null;

function cells({ title, type, unit }, value) {
  const shown = part("dd", isMissing(value) ? "record-missing" : `record-${type}`, { dir: "auto" });
  shown.textContent = isMissing(value) ? "–" : FORMATS[type](value, unit);
  return [part("dt", "", { textContent: title }), shown];
}

fieldKinds.register("record", RecordField);
