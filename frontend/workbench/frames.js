const NO_FRAME_MS = 200; // a page that went into the background draws none

let isDue = false;
let drawn = [];
const written = new Map();
let waiting = []; // what is done once the frame is painted
let isLeaving = false;

/** Draw with the next frame: what comes onto the screen next. */
export function draw(work) {
  drawn.push(work);
  ask();
}

/**
 * Write with the next frame, after all that is drawn: once for each `what`, however often it changed until then. Written between
 * frames, the same would be laid out twice.
 */
export function write(what, work) {
  written.set(what, work);
  ask();
}

/**
 * Work that nobody sees waits until the frame is painted that shows what was just done. A page that is out of sight or about to go
 * waits for nothing.
 */
export function afterPaint(work) {
  waiting.push(work);
  if (document.hidden || isLeaving) return catchUp();
  if (waiting.length > 1) return;
  ask();
  setTimeout(catchUp, NO_FRAME_MS);
}

/** One after the other, so that a key that is pressed meanwhile comes between. */
function doOne() {
  if (waiting.length > 1) setTimeout(doOne);
  if (waiting.length > 0) attempt(waiting.shift());
}

function catchUp() {
  const works = waiting;
  waiting = [];
  works.forEach(attempt);
}

globalThis.document?.addEventListener("visibilitychange", () => document.hidden && catchUp());
globalThis.addEventListener?.("pagehide", () => ((isLeaving = true), catchUp()));
globalThis.addEventListener?.("pageshow", () => (isLeaving = false));

function ask() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(frame);
}

function frame() {
  isDue = false;
  const draws = drawn;
  drawn = [];
  draws.forEach(attempt);
  const writes = [...written.values()]; // also those that drawing has asked for
  written.clear();
  writes.forEach(attempt);
  if (waiting.length > 0) setTimeout(doOne); // the browser paints when this is through
}

/** One that fails must not keep the others from the screen. */
function attempt(work) {
  try {
    work();
  } catch (error) {
    reportError(error);
  }
}
