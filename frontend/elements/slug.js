/** A title as a stored value: lower case, words joined by _, accents dropped, letters of any script kept. */
export function slugify(title) {
  return title
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
}
