/** How many code points stand before a place in a text: the API counts these, the browser UTF-16 units. */
export const codePointIndex = (text, index) => [...text.slice(0, index)].length;

export const MAX_QUOTE = 2000; // code points, as annotations/comments.py says

/** A piece of a field's text as the API takes it; null for what is no piece or too long to quote. */
export function placeOf(field, text, start, end) {
  const place = { field, start: codePointIndex(text, start), end: codePointIndex(text, end), text: text.slice(start, end) };
  return place.text.trim() && place.end - place.start <= MAX_QUOTE ? place : null;
}

/** The words that are marked right now inside one element with data-quotable, or null. */
export function markedPlace() {
  const selection = getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const element = (around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement)?.closest("[data-quotable]");
  if (!element?.dataset.quotable) return null;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return placeOf(element.dataset.quotable, element.textContent, start, start + range.toString().length);
}
