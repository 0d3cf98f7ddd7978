"""Tell model servers what people have concluded since they were last told, so that they can learn."""

from django.db.models import QuerySet

from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobFailed, JobRun, enqueue_job
from models_app.backends.backend import AskedTask, BackendFailed
from models_app.backends.model_server import ModelServer
from models_app.models import PredictionSource, SourceKind, SourceState
from projects.models import Lane, TaskContent

# Labels that come in a burst are told together; with fewer nothing is told.
FEWEST_LABELS = 10
_MOST_AT_ONCE = 200


def teach_servers() -> list[Job]:
    """Enqueue the telling for each server that wants to learn and is well; of one server one job waits."""
    servers = PredictionSource.objects.filter(
        kind=SourceKind.MODEL_SERVER, state=SourceState.READY, options__teaches=True
    )
    return [
        enqueue_job(
            "teach_server",
            project_id=server.project_id,
            params={"source": server.pk},
            once_key=f"teach:{server.pk}",
            exclusive_key=f"teach:{server.pk}",
        )
        for server in servers
        if _new_labels(server).count() >= FEWEST_LABELS
    ]


def teach_server(run: JobRun) -> None:
    """Job kind: one event for each new label, then the word to train. The holdout is never told."""
    source = PredictionSource.objects.select_related("project__schema_version").filter(pk=run.params["source"]).first()
    if source is None:
        run.finish(message="The source is gone.")
        return
    server = ModelServer(source, source.project, alive=run.advance)
    labels = list(_new_labels(source).order_by("pk").values_list("pk", "task_id", "question", "value")[:_MOST_AT_ONCE])
    contents = dict(TaskContent.objects.filter(task__in=[row[1] for row in labels]).values_list("task_id", "data"))
    run.advance(total=len(labels))
    try:
        for done, (_, task_id, question, value) in enumerate(labels, start=1):
            data = source.project.schema.visible(contents.get(task_id, {}))
            server.teach(AskedTask(task_id, data), {question: value})
            run.advance(done=done)
        server.start_training()
    except BackendFailed as failure:
        raise JobFailed(f"“{source}” could not be told. {failure}") from failure
    run.finish(message=f"{len(labels):,} labels told.", result={"last_label": labels[-1][0] if labels else 0})


# What measures people or models, and what a model said itself.
UNTAUGHT_LANES = [Lane.HOLDOUT, Lane.GOLD, Lane.AUDIT, Lane.ACCEPTED]


def _new_labels(source: PredictionSource) -> QuerySet[FinalLabel]:
    jobs = Job.objects.for_project(source.project_id).filter(
        kind="teach_server", state="done", params__source=source.pk
    )
    told = jobs.first()
    after = told.result.get("last_label", 0) if told else 0
    labels = FinalLabel.objects.filter(project=source.project_id, pk__gt=after)
    return labels.exclude(task__lane__in=UNTAUGHT_LANES)
