"""What tasks mean: for each shard and way to tell one file of dense rows, written once and mapped from then on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from labelplatform.bulk_rows import one_of
from models_app.encoded.array_files import ArrayFile, DamagedFile, write_arrays
from models_app.encoded.encoding_files import read_shard
from models_app.encoded.meaning import Meaning
from models_app.encoded.media_rows import SLOW_TASKS, media_rows
from models_app.encoded.sentence_rows import sentence_rows
from models_app.encoded.task_texts import text_of
from models_app.encoders.tokens import words_of
from models_app.models import EncodingShard
from models_app.versions import storage
from projects.models import TaskContent

_READ_AT_ONCE = 2_000


def dense_path(shard: EncodingShard, meaning: Meaning) -> Path:
    return storage.path_of(shard.project_id, storage.dense_name(shard.file_name, meaning.fingerprint))


def write_dense(path: Path, rows: np.ndarray) -> None:
    """Write rows of float16."""
    write_arrays(path, {}, {"rows": np.ascontiguousarray(rows, dtype=np.float16).view(np.uint16)})


def dense_rows(shard: EncodingShard, meaning: Meaning) -> np.ndarray:
    """The rows of a shard's tasks, float16, mapped; worked out from the tasks and written where there is no file.

    Full sentences are read by the job that encodes alone: what it has not read yet is zero.
    """
    if meaning.table is not None and meaning.reads_sentences:
        return sentence_rows(shard, meaning.table)
    path = dense_path(shard, meaning)
    if not path.exists():
        write_dense(path, _worked_out(shard, meaning))
    file = ArrayFile(path)
    rows = np.asarray(file.arrays["rows"]).view(np.float16).reshape(file.shapes["rows"])
    if rows.shape != (shard.n_tasks, meaning.n_columns):
        raise DamagedFile(f"{path.name} does not belong to its shard.")
    return rows


def read_files(shard: EncodingShard, meaning: Meaning) -> Iterator[int]:
    """Have files read that are slow to read, some at a time; tells how many. Their rows are kept beside them."""
    if meaning.media is None or not meaning.media.is_slow:
        return
    task_ids, _, _ = read_shard(storage.path_of(shard.project_id, shard.file_name))
    for start in range(0, len(task_ids), SLOW_TASKS):
        ids = task_ids[start : start + SLOW_TASKS].tolist()
        found = _data_of(shard, ids)
        media_rows(meaning.media, shard.project_id, [found.get(task_id, {}).get(shard.field) for task_id in ids])
        yield start + len(ids)


def _worked_out(shard: EncodingShard, meaning: Meaning) -> np.ndarray:
    words_encoder, schema = meaning.words_encoder(), shard.project.schema
    task_ids, _, _ = read_shard(storage.path_of(shard.project_id, shard.file_name))
    rows = np.zeros((len(task_ids), meaning.n_columns), dtype=np.float16)
    for start in range(0, len(task_ids), _READ_AT_ONCE):
        ids = task_ids[start : start + _READ_AT_ONCE].tolist()
        found = _data_of(shard, ids)
        words = [words_of(text_of(found.get(task_id), shard.field, schema)) for task_id in ids]
        values = [found.get(task_id, {}).get(shard.field) for task_id in ids]
        rows[start : start + len(ids)] = meaning.rows(words_encoder, words, shard.project_id, values)
    return rows


def _data_of(shard: EncodingShard, task_ids: list[int]) -> dict[int, dict[str, Any]]:
    contents = TaskContent.objects.filter(one_of("task_id", task_ids), project=shard.project_id)
    return dict(contents.values_list("task_id", "data"))
