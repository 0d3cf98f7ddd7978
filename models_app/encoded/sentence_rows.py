"""What tasks mean by a whole sentence model: worked out text by text in a job of many slices, then mapped as any rows.

A shard that is rewritten hands its rows on, so that only new and changed texts run through the model. Until all of a
shard's have, its unfinished rows serve: a task that is not read yet counts by its words alone.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from labelplatform.bulk_rows import one_of
from models_app.encoded.array_files import ArrayFile, DamagedFile, write_arrays
from models_app.encoded.encoding_files import read_shard
from models_app.encoded.task_texts import text_of
from models_app.meanings.table_files import load_sentences
from models_app.models import EncodingShard, SemanticTable
from models_app.versions import storage
from projects.models import TaskContent

_READ_AT_ONCE = 500
_RUN_AT_ONCE = 32


def rows_path(shard: EncodingShard, table: SemanticTable) -> Path:
    return storage.path_of(shard.project_id, storage.dense_name(shard.file_name, table.fingerprint))


def sentence_rows(shard: EncodingShard, table: SemanticTable) -> np.ndarray:
    """The rows of a shard's tasks, float16, mapped; zeros where no text has been read yet. Never runs the model."""
    found = _rows_and_texts(rows_path(shard, table))
    if found is None:
        return np.broadcast_to(np.float16(0), (shard.n_tasks, table.n_components))
    if found[0].shape != (shard.n_tasks, table.n_components):
        raise DamagedFile(f"{rows_path(shard, table).name} does not belong to its shard.")
    return found[0]


def hand_on(before: tuple[Path, np.ndarray], shard: EncodingShard, task_ids: np.ndarray, table: SemanticTable) -> None:
    """Give a rewritten shard the rows that its tasks had: ``before`` is their file and the tasks they were of."""
    path, tasks_before = before
    try:
        found = _rows_and_texts(path)
    except DamagedFile:
        return
    if found is None or found[0].shape != (len(tasks_before), table.n_components):
        return
    _, here, there = np.intersect1d(task_ids, tasks_before, assume_unique=True, return_indices=True)
    unfinished = _begin(rows_path(shard, table), len(task_ids), table)
    unfinished["row"][here], unfinished["text"][here] = found[0][there], found[1][there]
    unfinished.flush()


def read_sentences(shard: EncodingShard, table: SemanticTable) -> Iterator[int]:
    """Run the texts of a shard through the model; tells how many tasks are read, often enough to stop in between."""
    path = rows_path(shard, table)
    task_ids = read_shard(storage.path_of(shard.project_id, shard.file_name))[0]
    unfinished = _go_on(path, len(task_ids), table)
    is_left = ~unfinished["is_read"]
    for start in range(0, len(task_ids), _READ_AT_ONCE):
        places = start + np.flatnonzero(is_left[start : start + _READ_AT_ONCE])
        if not len(places):
            continue
        texts = _texts(shard, task_ids[places].tolist())
        keys = np.array([_key(text) for text in texts], dtype=np.uint64)
        is_new = unfinished["text"][places] != keys
        for some in np.split(np.flatnonzero(is_new), range(_RUN_AT_ONCE, is_new.sum(), _RUN_AT_ONCE)):
            if len(some):
                unfinished["row"][places[some]] = load_sentences(table).encode([texts[place] for place in some])
                unfinished["text"][places[some]] = keys[some]
                unfinished["is_read"][places[some]] = True
                yield int(unfinished["is_read"].sum())
        unfinished["is_read"][places] = True
        unfinished.flush()
        yield int(unfinished["is_read"].sum())
    rows = np.ascontiguousarray(unfinished["row"])
    write_arrays(path, {}, {"rows": rows.view(np.uint16), "texts": np.ascontiguousarray(unfinished["text"])})
    _unfinished(path).unlink(missing_ok=True)


def _unfinished(path: Path) -> Path:
    return path.with_name(storage.unfinished_name(path.name))


def _dtype(n_components: int) -> np.dtype:
    return np.dtype([("row", np.float16, (n_components,)), ("text", np.uint64), ("is_read", np.bool_)])


def _begin(path: Path, n_tasks: int, table: SemanticTable) -> np.memmap:
    unfinished = _unfinished(path)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    return np.lib.format.open_memmap(unfinished, mode="w+", dtype=_dtype(table.n_components), shape=(n_tasks,))


def _go_on(path: Path, n_tasks: int, table: SemanticTable) -> np.memmap:
    """What was begun; anew where there is nothing, or nothing that can be used."""
    try:
        unfinished = np.lib.format.open_memmap(_unfinished(path), mode="r+")
    except (OSError, ValueError):
        return _begin(path, n_tasks, table)
    is_right = unfinished.shape == (n_tasks,) and unfinished.dtype == _dtype(table.n_components)
    return unfinished if is_right else _begin(path, n_tasks, table)


def _rows_and_texts(path: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """The rows in a file with the keys of the texts they are of, whole or unfinished; None where there is none."""
    for read in (_read_whole, _read_unfinished, _read_whole):  # the one may become the other in between
        try:
            return read(path)
        except FileNotFoundError:
            continue
    return None


def _read_whole(path: Path) -> tuple[np.ndarray, np.ndarray]:
    file = ArrayFile(path)
    rows = np.asarray(file.arrays["rows"]).view(np.float16).reshape(file.shapes["rows"])
    return rows, np.asarray(file.arrays["texts"], dtype=np.uint64)


def _read_unfinished(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        unfinished = np.lib.format.open_memmap(_unfinished(path), mode="r")
    except ValueError as problem:
        raise DamagedFile(f"{_unfinished(path).name} cannot be read.") from problem
    return unfinished["row"], unfinished["text"]


def _texts(shard: EncodingShard, task_ids: list[int]) -> list[str]:
    contents = TaskContent.objects.filter(one_of("task_id", task_ids), project=shard.project_id)
    found = dict(contents.values_list("task_id", "data"))
    schema = shard.project.schema
    return [text_of(found.get(task_id), shard.field, schema) for task_id in task_ids]


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "little")
