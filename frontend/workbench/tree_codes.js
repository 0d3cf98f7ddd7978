/**
 * Short codes for the options of a tree, so that any of ten thousand is at most four keys and Enter away. A code is made of
 * letters of the title, in their order, so that it can be guessed and kept in mind; it is never the whole title of another
 * option, and stays the same while nothing is put before it in the tree. Pure.
 */
const LONGEST = 4;
const LOOKED_AT = 9; // letters of a title

/** The code of each value, in the order of `nodes`; each is 3 or 4 of a-z and 0-9. */
export function codesOf(nodes) {
  const taken = new Map(nodes.filter(({ plain }) => plain.length <= LONGEST).map(({ plain, value }) => [plain, value]));
  const once = (make) => {
    const made = new Map(); // what was refused to one is refused to the next, so that nothing is tried twice
    return (key) => made.get(key) ?? made.set(key, make(key)).get(key);
  };
  const [picks, numbers] = [once(picksOf), once(numbersAfter)];
  const isFree = (value) => (code) => !taken.has(code) || taken.get(code) === value;
  return new Map(
    nodes.map(({ value, plain }) => {
      const letters = (plain.match(/[a-z0-9]+/g) ?? []).join("");
      const code = first(guessable(plain), isFree(value)) ?? first(picks(letters.slice(0, LOOKED_AT)), isFree(value)) ?? first(numbers(letters[0] ?? "x"), isFree(value));
      taken.set(code, value);
      return [value, code];
    }),
  );
}

function first(codes, isRight) {
  for (let next = codes.next(); !next.done; next = codes.next()) if (isRight(next.value)) return next.value;
}

/** What people would try themselves. */
function* guessable(title) {
  const words = title.match(/[a-z0-9]+/g) ?? [];
  const [one = "", two = ""] = words;
  const letters = words.join("");
  const tried = [letters.slice(0, 3), words.map(([letter]) => letter).join("").slice(0, LONGEST), one.slice(0, 2) + two.slice(0, 1), one.slice(0, 1) + two.slice(0, 2)];
  tried.push(letters.slice(0, LONGEST), one.slice(0, 2) + two.slice(0, 2), one.slice(0, 1) + two.slice(0, 3), one.slice(0, 3) + two.slice(0, 1));
  yield* tried.filter((code) => code.length >= 3);
}

/** The first letter with two later ones, then with three. */
function* picksOf(letters) {
  const [a = ""] = letters;
  const rest = letters.slice(1);
  for (let i = 0; i < rest.length; i += 1) for (let j = i + 1; j < rest.length; j += 1) yield a + rest[i] + rest[j];
  for (let i = 0; i < rest.length; i += 1) for (let j = i + 1; j < rest.length; j += 1) for (let k = j + 1; k < rest.length; k += 1) yield a + rest[i] + rest[j] + rest[k];
}

function* numbersAfter(letter) {
  for (let number = 0; number < 36 ** 3; number += 1) yield letter + number.toString(36).padStart(3, "0");
}
