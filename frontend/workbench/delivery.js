/** How each kind of outbox entry travels: `[path, body]`. `facts` is what the server last said about our annotation. */
const REQUESTS = {
  submit: (entry, facts, pool) => [
    `tasks/${entry.taskId}/annotations/`,
    { ...annotation(entry, facts), submit: true, next: pool.wantsNextWithAnswer(), holding: pool.holding() },
  ],
  revise: (entry, facts) => [`tasks/${entry.taskId}/annotations/`, { ...annotation(entry, facts), submit: true, next: false }],
  draft: (entry, facts) => [`tasks/${entry.taskId}/annotations/`, { ...annotation(entry, facts), submit: false, next: false }],
  skip: (entry, facts, pool) => [
    `tasks/${entry.taskId}/skip/`,
    { ...entry.body, key: entry.key, next: pool.wantsNextWithAnswer(), holding: pool.holding() },
  ],
  undo: (entry, facts) => [`annotations/${facts.annotationId ?? entry.body.annotation_id}/undo/`, {}],
  comment: (entry) => [`tasks/${entry.taskId}/comments/`, { ...entry.body, key: entry.key }],
  ask: (entry) => [
    `projects/${entry.body.project}/guideline-questions/`,
    { key: entry.key, text: entry.body.text, task_id: entry.body.task_id },
  ],
  resolve: (entry) => [`comments/${entry.body.comment_id}/resolve/`, {}],
};

export function requestFor(entry, facts, pool) {
  return REQUESTS[entry.kind](entry, facts, pool);
}

function annotation(entry, facts) {
  return { ...entry.body, key: entry.key, version: facts.version ?? entry.body.version ?? 0 };
}

/** What an accepted entry teaches about our annotation of its task; null if nothing. */
export function factsFrom(entry, body) {
  if (body.annotation) return { annotationId: body.annotation.id, version: body.annotation.version };
  if (entry.kind === "undo") return { version: body.work?.draft?.version ?? null };
  return null;
}
