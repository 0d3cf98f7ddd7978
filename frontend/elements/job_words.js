const NUMBER = new Intl.NumberFormat("en");

export const OVER = new Set(["done", "failed", "cancelled"]);

/** How a job is, in one line. */
export function describeJob({ state, done, total, message, error }) {
  if (state === "failed") return error || "Failed.";
  if (state === "queued") return "Waiting for a worker.";
  if (state === "cancelled") return "Cancelled.";
  const count = total ? `${NUMBER.format(done)} of ${NUMBER.format(total)}` : done ? NUMBER.format(done) : "";
  return [count, message].filter(Boolean).join(" · ") || (state === "done" ? "Done." : "Running.");
}
