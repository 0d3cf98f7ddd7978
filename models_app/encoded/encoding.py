"""Encode each task once: its tokens into a shard, its row into a matrix that every later round reads.

What its text means by a semantic table, or what its file looks or sounds like, stands in a dense row beside it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import scipy.sparse as sp
from django.db import transaction
from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from labelplatform.jobs.running import JobRun
from models_app.alike.groups import consider_groups
from models_app.encoded.array_files import DamagedFile
from models_app.encoded.dense_rows import dense_path, dense_rows, read_files, write_dense
from models_app.encoded.encoding_files import (
    ReadAs,
    encode_part,
    read_as,
    read_document_frequencies,
    read_matrix,
    read_shard,
    read_vocabulary,
    write_matrix,
    write_shard,
    write_vocabulary,
)
from models_app.encoded.meaning import Meaning
from models_app.encoded.media_rows import most_at_once
from models_app.encoded.sentence_reading import hand_sentences_on, read_full_sentences, refresh_after_reading
from models_app.encoded.task_reading import EncodedTexts, TaskReader, checksum, reader_for
from models_app.encoders.counting import join_counts
from models_app.encoders.pool import EncodedPool, PoolPart
from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary, fit_vocabulary
from models_app.models import EncodingShard, EncodingVocabulary
from models_app.rounds.learnable import learnable_questions, project_of
from models_app.rounds.triggers import consider_training
from models_app.versions import storage
from models_app.versions.retention import delete_unnamed_files
from projects.models import ImportRun, Project, Task, TaskContent

SHARD_TASKS = 20_000
_TOPIC_SAMPLE = 20_000
# A vocabulary is fitted anew when the pool has grown by half: until then few new words are missed.
_REFIT_GROWTH = 1.5


def encode_tasks(run: JobRun) -> None:
    """Job kind: bring shards, vocabulary and matrices of a project in line with its tasks, then look at training.

    What is done is seen from the shards' rows, so a killed run goes on where it was.
    """
    project = project_of(run)
    fields = sorted({question.field for question in learnable_questions(project)})
    reader = reader_for(project)
    run.advance(total=len(fields) * Task.objects.filter(project=project).count(), message="Encoding tasks")
    reads_any_field = reader
    for field in fields:
        reader = reads_any_field.of_field(project, field)
        for shard in _stale_shards(project, field, reader):
            _encode_again(run, project, shard, reader)
            if run.time_is_up():
                return
        while _encode_next(run, project, field, reader):
            if run.time_is_up():
                return
        if not _read_meanings(run, project, field, reader):
            return
        if not read_full_sentences(run, project, field, reader.meaning.table):
            return
        _bring_vocabulary_up_to_date(run, project, field, reader)
        _write_missing_matrices(run, project, field)
    delete_unnamed_files(project.pk)
    with transaction.atomic():
        run.finish(done=run.job.total, message=f"{_n_encoded(project):,} tasks are encoded.")
        transaction.on_commit(partial(consider_training, project.pk))
        if run.cursor.get("sentences"):
            transaction.on_commit(partial(refresh_after_reading, project.pk))
        transaction.on_commit(partial(consider_groups, project.pk))


def load_pool(project_id: int, field: str, vocabulary_file: str) -> EncodedPool:
    """All encoded tasks as rows under a vocabulary; what no matrix file holds is worked out on the way."""
    vocabulary: Vocabulary | None = None
    meaning = meaning_under(project_id, vocabulary_file)
    parts = []
    for shard in EncodingShard.objects.of_field(project_id, field):
        path = storage.path_of(project_id, storage.matrix_name(shard.file_name, vocabulary_file))
        if path.exists():
            part = read_matrix(path)
        else:
            vocabulary = vocabulary or load_vocabulary(project_id, vocabulary_file)
            part = encode_part(storage.path_of(project_id, shard.file_name), vocabulary)
        if meaning:
            part = replace(part, rows=Rows(part.rows.sparse, dense_rows(shard, meaning)))
        parts.append(part)
    return EncodedPool(parts, 0, meaning.n_columns)


def meaning_under(project_id: int, vocabulary_file: str) -> Meaning:
    """What stands beside the words of a vocabulary."""
    rows = EncodingVocabulary.objects.filter(project=project_id, file_name=vocabulary_file)
    return Meaning.of(rows.select_related("table").get())


def load_vocabulary(project_id: int, vocabulary_file: str) -> Vocabulary:
    return read_vocabulary(storage.path_of(project_id, vocabulary_file))


def _encode_next(run: JobRun, project: Project, field: str, reader: TaskReader) -> bool:
    """Encode tasks that came after the last shard: into it while it has room, else into a new one.

    False when there are none.
    """
    last = EncodingShard.objects.of_field(project.pk, field).last()
    open_shard = last if last is not None and last.n_tasks < SHARD_TASKS else None
    after = last.last_task if last is not None else 0
    limit = most_at_once(reader.meaning.media, SHARD_TASKS - (open_shard.n_tasks if open_shard else 0))
    started_at = timezone.now()
    read = list(reader.read_tasks(project, field, Q(pk__gt=after), limit=limit))
    if not read:
        return False
    if open_shard is not None:
        path = storage.path_of(project.pk, open_shard.file_name)
        meaning = reader.meaning_of(open_shard)
        read.insert(0, EncodedTexts(*read_shard(path), meaning, content_sum=open_shard.content_sum))
    shard = open_shard or EncodingShard(
        project=project, field=field, first_task=int(read[0].task_ids[0]), encoded_at=started_at
    )
    _write(run, shard, read, reader)
    return True


def _read_meanings(run: JobRun, project: Project, field: str, reader: TaskReader) -> bool:
    """Read what was encoded before it was to be read so; False when time is up."""
    for shard in reader.without_meaning(project, field):
        for n_read in read_files(shard, reader.meaning):
            run.advance(message=f"Looking at files: {n_read:,} of {shard.n_tasks:,}")
            if run.time_is_up():
                return False
        dense_rows(shard, reader.meaning)
        run.advance(message="Reading what tasks mean")
        if run.time_is_up():
            return False
    return True


def _encode_again(run: JobRun, project: Project, shard: EncodingShard, reader: TaskReader) -> None:
    shard.encoded_at = timezone.now()
    which = Q(pk__gte=shard.first_task, pk__lte=shard.last_task)
    texts = list(reader.read_tasks(project, shard.field, which))
    if texts:
        _write(run, shard, texts, reader)
    else:
        shard.delete()


def _write(run: JobRun, shard: EncodingShard, texts: Sequence[EncodedTexts], reader: TaskReader) -> None:
    task_ids = np.concatenate([part.task_ids for part in texts])
    is_reserved = np.concatenate([part.is_reserved for part in texts])
    file_name = storage.new_name("shard")
    path = storage.path_of(shard.project_id, file_name)
    counts = join_counts([part.counts for part in texts])
    write_shard(path, task_ids, is_reserved, counts, grams=reader.counter.grams, read_as=reader.read_as)
    before, shard.file_name = shard.file_name, file_name
    if reader.meaning and not reader.meaning.reads_sentences:
        write_dense(dense_path(shard, reader.meaning), np.concatenate([part.meaning for part in texts]))
    if before:
        hand_sentences_on(before, shard, task_ids, reader.meaning.table)
    shard.last_task = max(shard.last_task or 0, int(task_ids[-1]))
    shard.n_tasks, shard.n_predictable = len(task_ids), int((~is_reserved).sum())
    shard.content_sum = sum(part.content_sum for part in texts)
    with transaction.atomic():
        shard.save()
        run.advance(done=_n_encoded(shard.project), message="Encoding tasks")


def _n_encoded(project: Project) -> int:
    return EncodingShard.objects.filter(project=project).aggregate(n=Sum("n_tasks"))["n"] or 0


def _stale_shards(project: Project, field: str, reader: TaskReader) -> list[EncodingShard]:
    """Shards that lack tasks, hold deleted ones, whose tasks were changed by an import after they were encoded, or
    whose columns have other types, or whose text is taken out of its field in another way, by now."""
    updates = ImportRun.objects.filter(project=project, updated_count__gt=0)
    times = updates.aggregate(last=Max("job__finished_at"), unknown=Count("pk", filter=Q(job__finished_at=None)))
    stale = []
    for shard in EncodingShard.objects.of_field(project.pk, field):
        inside = Task.objects.filter(project=project, pk__gte=shard.first_task, pk__lte=shard.last_task)
        may_have_changed = times["unknown"] or (times["last"] and times["last"] >= shard.encoded_at)
        is_read_otherwise = _read_as(shard) != reader.read_as
        has_others = inside.count() != shard.n_tasks
        if is_read_otherwise or has_others or (may_have_changed and not _is_unchanged(shard)):
            stale.append(shard)
    stale.extend(_late_tasks(project, field))
    return stale


def _is_unchanged(shard: EncodingShard) -> bool:
    """Compare with the tasks' content hashes; a shard found right is not looked at again before the next update."""
    looked_at = timezone.now()
    if _content_sum(shard) != shard.content_sum:
        return False
    EncodingShard.objects.filter(pk=shard.pk, file_name=shard.file_name).update(encoded_at=looked_at)
    return True


def _content_sum(shard: EncodingShard) -> int:
    contents = TaskContent.objects.filter(
        project=shard.project_id, task_id__gte=shard.first_task, task_id__lte=shard.last_task
    )
    return sum(checksum(found) for found in contents.values_list("content_hash", flat=True).iterator(chunk_size=5000))


def _late_tasks(project: Project, field: str) -> list[EncodingShard]:
    """Two imports at once may commit in another order than their ids: widen the shard after a gap that has filled."""
    widened = []
    before = 0
    for shard in EncodingShard.objects.of_field(project.pk, field):
        gap = Task.objects.filter(project=project, pk__gt=before, pk__lt=shard.first_task)
        first = gap.aggregate(first=Min("pk"))["first"]
        if first is not None:
            shard.first_task = first
            widened.append(shard)
        before = shard.last_task
    return widened


def _bring_vocabulary_up_to_date(run: JobRun, project: Project, field: str, reader: TaskReader) -> None:
    """Fit the first vocabulary of a field, or a new one when its pool has grown by half or means something else."""
    meaning = reader.meaning
    shards = list(EncodingShard.objects.of_field(project.pk, field))
    n_documents = sum(shard.n_tasks for shard in shards)
    current = current_vocabulary(project.pk, field)
    is_small_gain = current is not None and n_documents < _REFIT_GROWTH * current.n_documents
    if not n_documents:
        return
    is_right = current is not None and (current.table_id, current.media) == meaning.names
    if is_small_gain and is_right and current is not None and _read_as(current) == reader.read_as:
        return
    run.advance(message="Fitting the vocabulary")
    paths = [storage.path_of(project.pk, shard.file_name) for shard in shards]
    vocabulary = fit_vocabulary(map(read_document_frequencies, paths), n_documents)
    vocabulary = replace(vocabulary, has_grams=reader.counter.grams)
    file_name = storage.new_name("vocabulary")
    sample = _write_matrices(run, project, shards, vocabulary, file_name)
    if not meaning:  # else what topics would say of words is known better
        vocabulary = vocabulary.with_topics(sample, random_state=project.pk % 2**31)
    write_vocabulary(storage.path_of(project.pk, file_name), vocabulary, read_as=reader.read_as)
    with transaction.atomic():
        EncodingVocabulary.objects.create(
            project=project,
            field=field,
            number=current.number + 1 if current else 1,
            file_name=file_name,
            n_documents=n_documents,
            table=meaning.table,
            media=meaning.names[1],
        )
        run.advance()


def _read_as(row: EncodingShard | EncodingVocabulary) -> ReadAs | str:
    """How its tasks were read; of a file that cannot be read what no such thing is, so that it is made anew."""
    try:
        return read_as(storage.path_of(row.project_id, row.file_name))
    except (OSError, DamagedFile) as problem:
        return str(problem)


def _write_matrices(
    run: JobRun, project: Project, shards: Sequence[EncodingShard], vocabulary: Vocabulary, vocabulary_file: str
) -> sp.csr_matrix:
    """Write the matrix of every shard; returns a random sample of all rows, for the topics."""
    rng = np.random.default_rng(project.pk)
    n_tasks = sum(shard.n_tasks for shard in shards)
    sample = []
    for shard in shards:
        part = encode_part(storage.path_of(project.pk, shard.file_name), vocabulary)
        write_matrix(storage.path_of(project.pk, storage.matrix_name(shard.file_name, vocabulary_file)), part)
        n_sampled = min(shard.n_tasks, -(-_TOPIC_SAMPLE * shard.n_tasks // n_tasks))
        sample.append(part.rows.sparse[np.sort(rng.permutation(shard.n_tasks)[:n_sampled])])
        run.advance()
    return sp.vstack(sample, format="csr")


def _write_missing_matrices(run: JobRun, project: Project, field: str) -> None:
    current = current_vocabulary(project.pk, field)
    if current is None:
        return
    vocabulary: Vocabulary | None = None
    for shard in EncodingShard.objects.of_field(project.pk, field):
        path = storage.path_of(project.pk, storage.matrix_name(shard.file_name, current.file_name))
        if not path.exists():
            vocabulary = vocabulary or load_vocabulary(project.pk, current.file_name)
            write_matrix(path, _part(project.pk, shard, vocabulary))
            run.advance()


def _part(project_id: int, shard: EncodingShard, vocabulary: Vocabulary) -> PoolPart:
    return encode_part(storage.path_of(project_id, shard.file_name), vocabulary)


def current_vocabulary(project_id: int, field: str) -> EncodingVocabulary | None:
    return EncodingVocabulary.objects.filter(project=project_id, field=field).order_by("-number").first()
