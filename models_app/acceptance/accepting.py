"""Accept answers of models in place of people's, in slices: only of tasks that nobody has touched."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from annotations.conclusions.accepted_answers import write_accepted
from annotations.models import AcceptedAnswer, Annotation, Comment
from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobFailed, JobRun, enqueue_job
from models_app.acceptance.planning import AcceptancePlan, NothingToAccept, plan_acceptance
from models_app.acceptance.targets import FEWEST_AUDITED
from models_app.encoded.array_files import DamagedFile
from models_app.models import AcceptanceRun, PrelabelPolicy
from models_app.rounds.learnable import project_of
from models_app.versions import storage
from models_app.versions.predictions_file import AnsweredTask, PredictionsFile, open_predictions
from projects.models import Assignment, AssignmentStatus, Lane, Task
from projects.queueing.lanes import share_of
from projects.queueing.task_locks import lock_tasks

_BATCH, _MOST_SEEN = 500, 20_000
Answers = Mapping[str, AnsweredTask]


def request_acceptance(project_id: int, *, requested_by: Any = None) -> Job:
    """Enqueue a look at all tasks that wait."""
    key = acceptance_key(project_id)
    return enqueue_job(
        "accept_answers", project_id=project_id, requested_by=requested_by, once_key=key, exclusive_key=key
    )


def acceptance_key(project_id: int) -> str:
    """What keeps accepting and withdrawing apart."""
    return f"accept:{project_id}"


def accept_answers(run: JobRun) -> None:
    """Job kind: walk over the predictions at work and accept what is above the thresholds; a share is audited.

    It ends where another model, file or threshold takes over meanwhile: that one is looked at by a job of its own.
    """
    try:
        plan = plan_acceptance(project_of(run))
    except NothingToAccept as reason:
        _finish(run, f"Nothing more is accepted. {reason}")
        return
    if run.cursor.get("fingerprint", plan.fingerprint) != plan.fingerprint:
        _finish(run, "Another model or threshold took over.")
        return
    files = _open_files(plan)
    if run.job.total is None:
        run.advance(total=len(files[plan.first]), cursor={"fingerprint": plan.fingerprint})
    while not run.time_is_up():
        sure, last, n_seen = _next_sure(plan, files, run.cursor.get("last_id", 0))
        with transaction.atomic():
            counts = _accept(run, plan, sure)
            run.advance(cursor={**run.cursor, **counts, "last_id": last}, done=run.job.done + n_seen)
            if not n_seen:
                PrelabelPolicy.objects.filter(project=plan.project, question__in=list(plan.versions)).update(
                    worked_through=plan.fingerprint
                )
                _finish(run)
                return


def _open_files(plan: AcceptancePlan) -> dict[str, PredictionsFile]:
    files = {}
    for name, version in plan.versions.items():
        try:
            files[name] = open_predictions(storage.path_of(plan.project.pk, version.predictions_file))
        except (OSError, DamagedFile) as problem:
            raise JobFailed(f"The predictions of {version} cannot be read: {problem}. Train a new model.") from problem
    return files


def _next_sure(
    plan: AcceptancePlan, files: Mapping[str, PredictionsFile], after: int
) -> tuple[dict[int, Answers], int, int]:
    """The next tasks for which models are sure of all that has to be answered, up to which task was looked, at how
    many."""
    sure: dict[int, Answers] = {}
    last, n_seen = after, 0
    for task_id, first in files[plan.first].after(after):
        last, n_seen = task_id, n_seen + 1
        if plan.thresholds[plan.first].accepts(first):
            answers = _asked(plan, _all_answers(plan, files, task_id, first))
            if plan.is_complete({name: answer.value for name, answer in answers.items()}):
                sure[task_id] = answers
        if len(sure) == _BATCH or n_seen == _MOST_SEEN:
            break
    return sure, last, n_seen


def _all_answers(
    plan: AcceptancePlan, files: Mapping[str, PredictionsFile], task_id: int, first: AnsweredTask
) -> dict[str, AnsweredTask]:
    answers = {plan.first: first}
    for name in plan.thresholds.keys() - {plan.first}:
        try:
            answer = files[name][task_id]
        except KeyError:
            continue
        if plan.thresholds[name].accepts(answer):
            answers[name] = answer
    return answers


def _asked(plan: AcceptancePlan, answers: Answers) -> dict[str, AnsweredTask]:
    """Without answers to questions whose condition does not hold."""
    known, kept = plan.project.schema.questions_by_name, dict[str, AnsweredTask]()
    for question in plan.project.schema.questions:
        values = {name: answer.value for name, answer in kept.items()}
        if question.name in answers and (question.when is None or question.when.holds(known, values)):
            kept[question.name] = answers[question.name]
    return kept


def _accept(run: JobRun, plan: AcceptancePlan, sure: Mapping[int, Answers]) -> dict[str, int]:
    """Write what may be written of it; returns the counts for the cursor."""
    project = plan.project
    locked = lock_tasks(sure, skip_locked=True)  # others belong to people who are busy with them right now
    free = list(_untouched(project, list(locked)))
    counts = {name: run.cursor.get(name, 0) for name in ("run", "accepted", "audited")}
    if not free:
        return counts
    if not counts["run"]:
        counts["run"] = _begin(plan).pk
    share = AcceptanceRun.objects.values_list("audit_share", flat=True).get(pk=counts["run"])
    audited = {task.pk for task in free if share_of(project.seed, task.external_id, "audit") < share}
    rows = [
        AcceptedAnswer(
            task_id=task.pk,
            project_id=project.pk,
            question=name,
            value=answer.value,
            confidence=min(1.0, max(0.0, answer.confidence)),
            source=plan.versions[name].source,
            run_id=counts["run"],
            is_audited=task.pk in audited,
            schema_version=project.current_schema_version,
            guideline_number=project.guideline_number,
        )
        for task in free
        for name, answer in sure[task.pk].items()
    ]
    write_accepted(rows)
    n_accepted = len(free) - len(audited)
    AcceptanceRun.objects.filter(pk=counts["run"]).update(
        n_accepted=F("n_accepted") + n_accepted, n_audited=F("n_audited") + len(audited)
    )
    return {
        "run": counts["run"],
        "accepted": counts["accepted"] + n_accepted,
        "audited": counts["audited"] + len(audited),
    }


def _untouched(project: Any, task_ids: list[int]) -> Any:
    """Tasks that wait in the queue and that nobody has had, begun, skipped or said anything about."""
    said = Annotation.objects.filter(task=OuterRef("pk"))
    remarked = Comment.objects.filter(task=OuterRef("pk"))
    had = Assignment.objects.filter(task=OuterRef("pk")).exclude(status=AssignmentStatus.EXPIRED)
    tasks = Task.objects.untouched(project).filter(pk__in=task_ids, lane__in=[Lane.BASE, Lane.SELECTED])
    return tasks.filter(~Exists(said), ~Exists(remarked), ~Exists(had)).order_by("pk")


def _begin(plan: AcceptancePlan) -> AcceptanceRun:
    """A new run; its audit share is that of the policy, or what brings the first few audits together."""
    missing = FEWEST_AUDITED - min(len(_audited_so_far(plan, name)) for name in plan.versions)
    at_least = max(0, missing) / max(FEWEST_AUDITED, plan.n_expected)
    return AcceptanceRun.objects.create(
        project=plan.project,
        sources={name: version.source for name, version in plan.versions.items()},
        thresholds={name: thresholds.as_json() for name, thresholds in plan.thresholds.items()},
        audit_share=max(plan.audit_percent / 100, at_least),
        guideline_number=plan.project.guideline_number,
    )


def _audited_so_far(plan: AcceptancePlan, question: str) -> list[int]:
    rows = AcceptedAnswer.objects.filter(project=plan.project, question=question, is_audited=True)
    return list(rows.values_list("pk", flat=True)[:FEWEST_AUDITED])


def _finish(run: JobRun, words: str = "") -> None:
    accepted, audited = run.cursor.get("accepted", 0), run.cursor.get("audited", 0)
    if run.cursor.get("run"):
        record_event(
            actor=run.job.requested_by,
            verb="accepted answers",
            object=AcceptanceRun.objects.get(pk=run.cursor["run"]),
            after={"accepted": accepted, "audited": audited},
        )
    counted = f"{accepted:,} tasks accepted, {audited:,} go to people as an audit."
    run.finish(message=f"{counted} {words}".strip(), result={"accepted": accepted, "audited": audited})
