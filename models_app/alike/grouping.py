"""Put a project's tasks into groups of alike ones, in the worker; what comes later falls to the nearest group."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from threadpoolctl import threadpool_limits

from annotations.models import FinalLabel, LabelValue
from labelplatform.bulk_rows import one_of
from labelplatform.jobs.running import JobFailed, JobRun
from models_app.alike.group_files import GroupFile, write_groups
from models_app.encoded.array_files import DamagedFile
from models_app.encoded.encoding import current_vocabulary, load_pool, load_vocabulary
from models_app.encoded.task_texts import text_of
from models_app.encoders.pool import EncodedPool
from models_app.encoders.tokens import words_of
from models_app.models import EncodingVocabulary, TaskGrouping
from models_app.rounds.learnable import learnable_questions, project_of
from models_app.selection.grouping import (
    FEWEST_ROWS,
    SAMPLE,
    directions,
    fit_centres,
    n_groups_for,
    nearest_centres,
)
from models_app.selection.telling_words import telling_words
from models_app.versions import storage
from projects.models import Project, TaskContent

EXAMPLES = 6
_SAID_BY = 60  # tasks of a group whose words are looked at
_MOST_VALUES = 6
_LABELS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Found:
    """Each task of a pool with the number of its group from 0 on; those that measure models are in none (-1)."""

    centres: np.ndarray
    numbers: np.ndarray
    distances: np.ndarray


def group_tasks(run: JobRun) -> None:
    """Job kind: group a project's tasks, or with ``fresh`` false let new tasks join the groups that there are."""
    project = project_of(run)
    former = TaskGrouping.objects.filter(project=project).select_related("vocabulary").first()
    with threadpool_limits(limits=1):
        if run.params.get("fresh", True) or former is None:
            _group_anew(run, project, former)
        else:
            _let_join(run, project, former)


def count_labels_of_groups(project_id: int) -> None:
    """Bring what the groups say of their labels in line with the final labels."""
    grouping = TaskGrouping.objects.filter(project=project_id).first()
    if grouping is None:
        return
    try:
        file = GroupFile(storage.path_of(project_id, grouping.file_name))
    except (OSError, DamagedFile):
        return  # grouping anew is what helps, and the page says so
    members = [np.asarray(ids) for ids in file.members]
    for group, labels in zip(grouping.groups, _labels_of(project_id, members), strict=True):
        group |= labels
    changed = TaskGrouping.objects.filter(project=project_id, file_name=grouping.file_name)
    changed.update(groups=grouping.groups, updated_at=timezone.now())


def _group_anew(run: JobRun, project: Project, former: TaskGrouping | None) -> None:
    questions = learnable_questions(project)
    vocabulary = current_vocabulary(project.pk, questions[0].field) if questions else None
    if vocabulary is None:
        raise JobFailed("No task of this project is encoded, so none can be compared. Its Models page says what is.")
    run.advance(message="Reading tasks")
    pool = load_pool(project.pk, vocabulary.field, vocabulary.file_name)
    topics = load_vocabulary(project.pk, vocabulary.file_name).topics
    open_to_all = np.flatnonzero(~pool.is_reserved)
    if len(open_to_all) < FEWEST_ROWS or not (pool.rows_at(open_to_all[:1]).n_dense or topics.shape[1]):
        raise JobFailed(f"Groups need at least {FEWEST_ROWS} tasks whose words say something; import more first.")
    run.advance(total=len(pool), message="Looking for groups")
    centres = _centres(project, pool, topics, open_to_all)
    found = _nearest(run, pool, topics, centres, np.full(len(pool), -1, dtype=np.int64))
    members = _members(pool, found)
    # a group that only the sample had tasks for is none
    kept = [place for place, ids in enumerate(members) if len(ids)]
    places = np.full(len(members) + 1, -1, dtype=np.int64)
    places[kept] = np.arange(len(kept))
    found = Found(centres[kept], places[found.numbers], found.distances)
    groups = _described(project, vocabulary.field, pool, found)
    number = former.number + 1 if former else 1
    _store(run, project, vocabulary, number, found.centres, [members[place] for place in kept], groups)


def _let_join(run: JobRun, project: Project, grouping: TaskGrouping) -> None:
    try:
        file = GroupFile(storage.path_of(project.pk, grouping.file_name))
        pool = load_pool(project.pk, grouping.field, grouping.vocabulary.file_name)
        topics = load_vocabulary(project.pk, grouping.vocabulary.file_name).topics
    except (OSError, DamagedFile) as problem:
        raise JobFailed("The groups cannot be read any more: group the tasks anew.") from problem
    numbers = np.full(len(pool), -1, dtype=np.int64)
    for number, members_before in enumerate(file.members):
        places = pool.positions_of(np.asarray(members_before))
        numbers[places[places >= 0]] = number
    centres = np.asarray(file.centres).reshape(file.centres_shape)
    run.advance(total=len(pool), message="Letting new tasks join their groups")
    found = _nearest(run, pool, topics, centres, numbers)
    members = _members(pool, found)
    for group, ids in zip(grouping.groups, members, strict=True):
        group["size"] = len(ids)
    _store(run, project, grouping.vocabulary, grouping.number, centres, members, grouping.groups)


def _centres(project: Project, pool: EncodedPool, topics: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Fitted on a random sample of what nobody has labeled yet, where that is enough to go by."""
    labeled = FinalLabel.objects.filter(project=project).values_list("task_id", flat=True)
    ids = np.fromiter(labeled.iterator(chunk_size=_LABELS_AT_ONCE), dtype=np.int64)
    unlabeled = candidates[~np.isin(pool.task_ids[candidates], ids)]
    chosen = unlabeled if len(unlabeled) >= FEWEST_ROWS else candidates
    sample = np.random.default_rng(project.seed).permutation(chosen)[:SAMPLE]
    rows = directions(pool.rows_at(np.sort(sample)), topics)
    said = rows[np.abs(rows).sum(axis=1) > 0]
    if not len(said):
        raise JobFailed("The words of these tasks occur nowhere else, so there is nothing to group them by.")
    return fit_centres(said, n_groups_for(len(chosen)), random_state=project.seed % 2**31)


def _nearest(run: JobRun, pool: EncodedPool, topics: np.ndarray, centres: np.ndarray, numbers: np.ndarray) -> Found:
    """Fill in the groups of the tasks that have none; one part of the pool at a time, where a cancelled job stops."""
    distances = np.full(len(pool), np.inf, dtype=np.float32)
    start = 0
    for part in pool.parts:
        end = start + len(part.task_ids)
        missing = np.flatnonzero((numbers[start:end] < 0) & ~part.is_reserved)
        if len(missing):
            rows = directions(part.rows[missing], topics)
            numbers[start + missing], distances[start + missing] = nearest_centres(rows, centres)
        numbers[start:end][part.is_reserved] = -1
        start = end
        run.advance(done=end)
    return Found(centres, numbers, distances)


def _members(pool: EncodedPool, found: Found) -> list[np.ndarray]:
    order = np.argsort(found.numbers, kind="stable")
    bounds = np.searchsorted(found.numbers[order], np.arange(len(found.centres) + 1))
    return [pool.task_ids[order[begin:end]] for begin, end in zip(bounds[:-1], bounds[1:], strict=True)]


def _described(project: Project, field: str, pool: EncodedPool, found: Found) -> list[dict[str, Any]]:
    """Each group with its size, its telling words, and those of its tasks that are nearest to its middle."""
    rng = np.random.default_rng(project.seed)
    order = np.lexsort((found.distances, found.numbers))
    bounds = np.searchsorted(found.numbers[order], np.arange(len(found.centres) + 1))
    groups, heard = [], []
    for begin, end in zip(bounds[:-1], bounds[1:], strict=True):
        positions = order[begin:end]
        groups.append({"size": len(positions), "examples": pool.task_ids[positions[:EXAMPLES]].tolist()})
        heard.append(pool.task_ids[rng.permutation(positions)[:_SAID_BY]].tolist())
    texts = _texts(project, field, [task_id for ids in heard for task_id in ids])
    words = telling_words([[words_of(texts.get(task_id, "")) for task_id in ids] for ids in heard])
    return [{**group, "words": said} for group, said in zip(groups, words, strict=True)]


def _texts(project: Project, field: str, task_ids: list[int]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for start in range(0, len(task_ids), _LABELS_AT_ONCE):
        ids = task_ids[start : start + _LABELS_AT_ONCE]
        rows = TaskContent.objects.filter(one_of("task_id", ids), project=project)
        texts.update(
            (task_id, text_of(data, field, project.schema)) for task_id, data in rows.values_list("task", "data")
        )
    return texts


def _labels_of(project_id: int, members: list[np.ndarray]) -> list[dict[str, Any]]:
    """For each group how many of its tasks are labeled, and how often each value was given, by question."""
    task_ids = np.concatenate([np.zeros(0, dtype=np.int64), *members])
    numbers = np.repeat(np.arange(len(members)), [len(ids) for ids in members])
    order = np.argsort(task_ids)
    task_ids, numbers = task_ids[order], numbers[order]
    labeled: list[Counter[str]] = [Counter() for _ in members]
    values: list[defaultdict[str, Counter[str]]] = [defaultdict(Counter) for _ in members]

    def count(rows: Any, *, is_label: bool) -> None:
        for task_id, question, value in rows.iterator(chunk_size=_LABELS_AT_ONCE):
            place = int(np.searchsorted(task_ids, task_id))
            if place == len(task_ids) or task_ids[place] != task_id:
                continue
            group = int(numbers[place])
            labeled[group][question] += is_label
            if value:
                values[group][question][value] += 1

    labels = FinalLabel.objects.filter(project=project_id).order_by()
    count(labels.values_list("task_id", "question", "value_text"), is_label=True)
    several = LabelValue.objects.filter(project=project_id).order_by()
    count(several.values_list("task_id", "question", "value"), is_label=False)
    return [
        {
            "labeled": dict(of_all),
            "labels": {question: found.most_common(_MOST_VALUES) for question, found in of_each.items()},
        }
        for of_all, of_each in zip(labeled, values, strict=True)
    ]


def _store(
    run: JobRun,
    project: Project,
    vocabulary: EncodingVocabulary,
    number: int,
    centres: np.ndarray,
    members: list[np.ndarray],
    groups: list[dict[str, Any]],
) -> None:
    run.advance(message="Counting labels")
    for group, labels in zip(groups, _labels_of(project.pk, members), strict=True):
        group |= labels
    name = storage.new_name("groups")
    write_groups(storage.path_of(project.pk, name), centres=np.ascontiguousarray(centres), members=members)
    n_tasks = sum(map(len, members))
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True, of=("self",)).get(pk=project.pk)
        values = {
            "number": number,
            "field": vocabulary.field,
            "vocabulary": vocabulary,
            "file_name": name,
            "n_tasks": n_tasks,
            "groups": groups,
            "updated_at": timezone.now(),
        }
        TaskGrouping.objects.update_or_create(project=project, defaults=values)
        run.finish(done=run.job.total, message=f"{n_tasks:,} tasks are in {len(groups)} groups.")
