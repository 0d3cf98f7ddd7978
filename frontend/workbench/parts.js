/** Let an element say that, if it does not say it already; a text that stays only changes its words. */
export function say(element, text) {
  if (element.textContent === text) return;
  const { firstChild } = element;
  if (text && firstChild instanceof Text && firstChild === element.lastChild) firstChild.data = text;
  else element.textContent = text;
}

/** Hide an element or show it; to say again what holds would have its style worked out again. */
export function hide(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

/** Find the parts of a page by their names, each of them once: they stay as long as the page does. */
export function partsOf(root) {
  const found = new Map();
  return (name) => {
    if (!found.has(name)) found.set(name, root.querySelector(`[data-part=${name}]`));
    return found.get(name);
  };
}
