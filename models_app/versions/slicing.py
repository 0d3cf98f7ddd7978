"""By what the tasks of the holdout are told apart when a model is measured part by part."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from labelplatform.bulk_rows import one_of
from models_app.alike.group_files import write_groups
from models_app.encoded.task_texts import text_of
from models_app.learning.evaluation import Evaluation
from models_app.learning.question_model import LabelSet
from models_app.rounds.learnable import LearnableQuestion
from models_app.scoring.slices import Column, slice_scores
from models_app.versions import storage
from projects.models import Project, TaskContent
from projects.schema import Schema

_MOST_TASKS = 5_000  # that are looked at; more make no interval much narrower
_READ_AT_ONCE = 1_000
_MOST_COLUMNS = 30

_Known = dict[str, Any]


def slices_as_json(
    project: Project, question: LearnableQuestion, holdout: LabelSet, evaluation: Evaluation
) -> dict[str, Any]:
    """What a version's metrics keep as ``slices``: its main figure by length of the text, by the columns of records,
    and by metadata; empty without holdout labels. ``file`` names who is in which."""
    step = max(1, -(-len(holdout) // _MOST_TASKS))
    task_ids, parts = holdout.task_ids[::step], evaluation.main_parts[::step]
    known = _known_of(project, question.field, task_ids)
    if not any(known):
        return {}
    names = dict.fromkeys(name for one in known for name in one)
    columns = [Column(name, [one.get(name) for one in known]) for name in list(names)[:_MOST_COLUMNS]]
    sliced = slice_scores(parts, columns)
    file_name = storage.new_name("slices")
    members = [np.sort(task_ids[rows]) for rows in sliced.rows]
    write_groups(storage.path_of(project.pk, file_name), centres=np.zeros((0, 0), dtype=np.float32), members=members)
    return {
        "main": evaluation.main,
        "file": file_name,
        "whole": sliced.whole,
        "n_compared": sliced.n_compared,
        "slices": sliced.slices,
    }


def _known_of(project: Project, field: str, task_ids: np.ndarray) -> list[_Known]:
    found: dict[int, _Known] = {}
    for start in range(0, len(task_ids), _READ_AT_ONCE):
        ids = task_ids[start : start + _READ_AT_ONCE].tolist()
        contents = TaskContent.objects.filter(one_of("task_id", ids), project=project)
        for task_id, data, metadata in contents.values_list("task_id", "data", "metadata"):
            found[task_id] = _known(data or {}, metadata or {}, field, project.schema)
    return [found.get(task_id, {}) for task_id in task_ids.tolist()]


def _known(data: Mapping[str, Any], metadata: Mapping[str, Any], field: str, schema: Schema) -> _Known:
    known: _Known = {f"length of {field}, characters": len(text_of(dict(data), field, schema))}
    for name, value in data.items():
        if isinstance(value, Mapping) and "asset" not in value:  # a record; other fields are no single values
            known |= {f"{name}: {column}": cell for column, cell in value.items() if _is_single(cell)}
    return known | {f"metadata: {name}": value for name, value in metadata.items() if _is_single(value)}


def _is_single(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)
