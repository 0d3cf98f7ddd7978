import { keymap } from "./keymap.js";

/**
 * The list of all keys as rows `{key, does, usual, scope, action | option}`: a scope is a question's path, "" the whole page, `*...` pages
 * and questions that are not here. A row without an action or an option cannot be changed. Pure, but for the
 * keymap that actions are looked up in.
 */

export function actionRow(name) {
  const { does, key: usual, yields = false, isFixed = false } = keymap.action(name);
  return { key: keymap.keyOf(name), does, usual, scope: "", yields: yields && !keymap.own.actions[name], ...(isFixed ? {} : { action: name }) };
}

/** The page's own actions; `does` may say otherwise what an action does here. */
export function pageRows(meanings = {}) {
  return keymap.actions.map(({ name }) => ({ ...actionRow(name), ...(meanings[name] ? { does: meanings[name] } : {}) }));
}

/** What is done by keys elsewhere: not shown here, but not to be taken from there either. */
export function absentRows(rows) {
  const shown = new Set(rows.map(({ action }) => action));
  const absent = keymap.all.filter(({ name, isFixed }) => !shown.has(name) && !isFixed);
  return absent.map(({ name, kind = "page" }) => ({ ...actionRow(name), scope: `*${kind}`, isElsewhere: true }));
}

export function isSame(row, other) {
  return row.action !== undefined ? row.action === other.action : row.option !== undefined && row.option === other.option && row.scope === other.scope;
}

/** What would answer to `key` as well, were it given to `row`: `row`s of all its scopes are asked. */
export function holderOf(rows, row, key) {
  const scopes = new Set(rows.filter((one) => isSame(one, row)).map(({ scope }) => scope).concat(row.scope));
  return rows.find((other) => other.key === key && !isSame(other, row) && meets(other, scopes) && !isYielding(row, other)) ?? null;
}

function meets({ scope }, scopes) {
  return scope === "" || scopes.has("") || scopes.has(scope);
}

/** An option may have the key of an action that yields, for as long as nobody has chosen it. */
function isYielding(row, other) {
  return (row.yields && other.option !== undefined) || (other.yields && row.option !== undefined);
}

/** Why `row` can never have `key`; "" where it can. */
export function refusal(row, key) {
  return row.action !== undefined && key !== row.usual && /^[0-9]$/.test(key) ? "Digits are kept for answers. Choose another key." : "";
}

/** May the two change places? The holder must be able to live with the key that `row` gives up. */
export function canSwap(rows, row, holder) {
  if (!row.key || (holder.action === undefined && holder.option === undefined) || refusal(holder, row.key) || refusal(row, holder.key)) return false;
  const others = rows.map((one) => (isSame(one, row) ? { ...one, key: holder.key } : isSame(one, holder) ? { ...one, key: row.key } : one));
  return holderOf(others, { ...row, key: holder.key }, holder.key) === null && holderOf(others, { ...holder, key: row.key }, row.key) === null;
}

/** A person's own keys with these changes, `[row, key]` each; what is usual is not kept. */
export function withKeys(own, changes) {
  const actions = { ...own.actions };
  const options = structuredClone(own.options);
  for (const [row, key] of changes) {
    const kept = row.action !== undefined ? actions : (options[row.scope] ??= {});
    const name = row.action ?? row.option;
    if (key === row.usual) delete kept[name];
    else kept[name] = key;
  }
  for (const [path, keys] of Object.entries(options)) if (Object.keys(keys).length === 0) delete options[path];
  return { actions, options };
}
