import { codesOf } from "./tree_codes.js";

/**
 * Search in a tree of options. Nodes are listed in the order of the tree as `{value, title, path, depth, isGroup, code}`; `path` is the
 * titles above, joined; `code` is what leads straight to it. Pure.
 */
export function listNodes(options) {
  const nodes = listBelow(options, [], []);
  const codes = codesOf(nodes);
  for (const node of nodes) node.code = codes.get(node.value);
  return nodes;
}

function listBelow(options, above, found) {
  for (const { value, title = value, help = "", retired, children = [] } of options) {
    const path = above.join(" › ");
    found.push({ value, title, help, retired: Boolean(retired), path, depth: above.length, isGroup: children.length > 0, plain: plain(title), plainPath: plain(path) });
    listBelow(children, [...above, title], found);
  }
  return found;
}

/** Lower case, without accents. */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * The best matches, at most `limit`: every word typed must begin a word of the title or stand in it or in the path. The option whose code was
 * typed comes first, then what begins the title, then what begins a word of it, then what is in it, then what only the path has; in each the
 * order of the tree.
 */
export function findNodes(nodes, typed, limit = 50) {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return nodes.slice(0, limit);
  const coded = words.length === 1 ? nodes.find(({ code }) => code === words[0]) : undefined;
  const ranks = [coded ? [coded] : [], [], [], [], []];
  const starts = words.map((word) => ` ${word}`);
  for (const node of nodes) {
    const rank = rankOf(node, words, starts);
    if (rank >= 0 && node !== coded) ranks[rank + 1].push(node);
    if (ranks[1].length >= limit) break;
  }
  return ranks.flat().slice(0, limit);
}

/** `starts` are the words with the blank before them. Ten thousand times with each letter: plain steps, nothing made on the way. */
function rankOf({ plain: title, plainPath }, words, starts) {
  let worst = title.startsWith(words[0]) ? 0 : 1;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const isIn = title.includes(word);
    if (isIn && (title.startsWith(word) || title.includes(starts[index]))) continue;
    if (isIn) worst = Math.max(worst, 2);
    else if (plainPath.includes(word)) worst = Math.max(worst, 3);
    else return -1;
  }
  return worst;
}
