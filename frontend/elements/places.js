/** How many code points stand before a place in a text: the API counts these, the browser UTF-16 units. */
export const codePointIndex = (text, index) => [...text.slice(0, index)].length;

export const MAX_QUOTE = 2000; // code points, as annotations/talk/comments.py says

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
  if (element.textMap) return placeOf(element.dataset.quotable, element.textMap.text, ...element.textMap.unitsOf(range));
  const own = element.querySelectorAll("[data-piece]");
  const pieces = own.length > 0 ? [...own] : [element];
  const marked = stretchOf(pieces.map((piece) => ({ length: piece.textContent.length, ...unitsIn(piece, range) })));
  return marked && placeOf(element.dataset.quotable, pieces.map(({ textContent }) => textContent).join("\n"), ...marked);
}

/** `[start, end]` of what is marked in pieces of text that are joined by line feeds: each has a length, and from where to where in it. */
export function stretchOf(pieces) {
  let offset = 0;
  let stretch = null;
  for (const { length, from, to } of pieces) {
    if (to > from) stretch = [stretch?.[0] ?? offset + from, offset + to];
    offset += length + 1;
  }
  return stretch;
}

/** From where to where in an element a range goes, in units of its text. */
function unitsIn(element, range) {
  if (!range.intersectsNode(element)) return { from: 0, to: 0 };
  const length = element.textContent.length;
  const from = element.contains(range.startContainer) ? lengthUntil(element, range.startContainer, range.startOffset) : 0;
  const to = element.contains(range.endContainer) ? lengthUntil(element, range.endContainer, range.endOffset) : length;
  return { from, to };
}

function lengthUntil(element, container, offset) {
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(container, offset);
  return before.toString().length;
}
