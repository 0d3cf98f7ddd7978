"""What tasks mean: for each shard and semantic table one file of dense rows, written once and mapped from then on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from labelplatform.bulk_rows import one_of
from models_app.encoded.array_files import ArrayFile, DamagedFile, write_arrays
from models_app.encoded.encoding_files import read_shard
from models_app.encoded.task_texts import text_of
from models_app.encoders.static_table import TableEncoder
from models_app.encoders.tokens import words_of
from models_app.meanings.table_files import load_sentences, load_table
from models_app.models import EncodingShard, SemanticTable
from models_app.sentence_rows import rows_path, sentence_rows
from models_app.versions import storage
from projects.models import TaskContent

_READ_AT_ONCE = 2_000


def write_dense(path: Path, rows: np.ndarray) -> None:
    """Write rows of float16."""
    write_arrays(path, {}, {"rows": np.ascontiguousarray(rows, dtype=np.float16).view(np.uint16)})


def dense_rows(shard: EncodingShard, table: SemanticTable) -> np.ndarray:
    """The rows of a shard's tasks, float16, mapped; worked out from their texts and written where there is no file.

    Full sentences are read by the job that encodes alone: what it has not read yet is zero.
    """
    if table.reads_sentences:
        return sentence_rows(shard, table)
    path = rows_path(shard, table)
    if not path.exists():
        write_dense(path, _worked_out(shard, table))
    file = ArrayFile(path)
    rows = np.asarray(file.arrays["rows"]).view(np.float16).reshape(file.shapes["rows"])
    if rows.shape != (shard.n_tasks, table.n_components):
        raise DamagedFile(f"{path.name} does not belong to its shard.")
    return rows


def meanings_of(texts: Sequence[str], table: SemanticTable) -> np.ndarray:
    """The rows of any texts, float16."""
    if table.reads_sentences:
        return load_sentences(table).encode(texts)
    return TableEncoder(load_table(table)).encode([words_of(text) for text in texts])


def _worked_out(shard: EncodingShard, table: SemanticTable) -> np.ndarray:
    encoder, schema = TableEncoder(load_table(table)), shard.project.schema
    task_ids, _, _ = read_shard(storage.path_of(shard.project_id, shard.file_name))
    rows = np.zeros((len(task_ids), table.n_components), dtype=np.float16)
    for start in range(0, len(task_ids), _READ_AT_ONCE):
        ids = task_ids[start : start + _READ_AT_ONCE].tolist()
        contents = TaskContent.objects.filter(one_of("task_id", ids), project=shard.project_id)
        found = dict(contents.values_list("task_id", "data"))
        words = [words_of(text_of(found.get(task_id), shard.field, schema)) for task_id in ids]
        rows[start : start + len(ids)] = encoder.encode(words)
    return rows
