"""Full sentences in the job that encodes: which models read a project's texts, and how far they are."""

from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import JobFailed, JobRun
from models_app.encoded.array_files import DamagedFile
from models_app.encoded.encoding_files import read_shard
from models_app.encoded.meaning import Meaning
from models_app.encoded.sentence_rows import hand_on, read_sentences, rows_path
from models_app.encoded.task_reading import shards_without
from models_app.models import EncodingShard, ModelVersion, SemanticTable
from models_app.rounds.triggers import request_training
from models_app.versions import storage
from projects.models import Project, Task

_GIVE_WAY_AFTER_SECONDS = 2.0


def read_full_sentences(run: JobRun, project: Project, field: str, wanted: SemanticTable | None) -> bool:
    """Run what is new through the sentence models that the project uses; False when others wait or time is up."""
    for table in _sentence_tables(project.pk, wanted):
        shards = shards_without(Meaning(table), project, field)
        n_tasks = Task.objects.filter(project=project).count()
        n_done = n_tasks - sum(shard.n_tasks for shard in shards)
        for shard in shards:
            try:
                with threadpool_limits(limits=1):
                    for n_read in read_sentences(shard, table):
                        message = f"Reading full sentences by {table}: {n_done + n_read:,} of {n_tasks:,}"
                        run.advance(message=message, done=n_done + n_read, total=n_tasks, cursor={"sentences": True})
                        if _is_over(run):
                            return False
            except DamagedFile as problem:
                raise JobFailed(f"{problem} Build it again on the page “Word meanings”.") from problem
            n_done += shard.n_tasks
    return True


def hand_sentences_on(before: str, shard: EncodingShard, task_ids: np.ndarray, wanted: SemanticTable | None) -> None:
    """Keep what was read of a shard's tasks when it is written anew; ``before`` is the file it had."""
    tables = _sentence_tables(shard.project_id, wanted)
    if not tables:
        return
    try:
        tasks_before = read_shard(storage.path_of(shard.project_id, before))[0]
    except (OSError, DamagedFile):
        return
    for table in tables:
        name = storage.dense_name(before, table.fingerprint)
        path: Path = rows_path(shard, table).with_name(name)
        hand_on((path, tasks_before), shard, task_ids, table)


def refresh_after_reading(project_id: int) -> None:
    """Predict anew with what was read: until then new tasks were judged by their words alone."""
    if ModelVersion.objects.serving().filter(project=project_id).exists():
        request_training(project_id, fit=False)


def _sentence_tables(project_id: int, wanted: SemanticTable | None) -> list[SemanticTable]:
    """The models that the project's texts are to be read by, and those that versions at work were made with."""
    at_work = ModelVersion.objects.serving().filter(project=project_id).values("vocabulary__table")
    found = {table.pk: table for table in SemanticTable.objects.filter(pk__in=at_work, reads_sentences=True)}
    if wanted is not None and wanted.reads_sentences:
        found[wanted.pk] = wanted
    return [found[number] for number in sorted(found)]


def _is_over(run: JobRun) -> bool:
    if run.time_is_up():
        return True
    has_begun = run.seconds() > _GIVE_WAY_AFTER_SECONDS
    return has_begun and Job.objects.filter(state=JobState.QUEUED).exclude(kind=run.job.kind).exists()
