"""Shards, vocabularies and matrices as files of arrays."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from models_app.encoded.array_files import ArrayFile, write_arrays
from models_app.encoders.counting import TokenCounts
from models_app.encoders.pool import PoolPart
from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary


class ReadAs(NamedTuple):
    """How tasks were turned into words: by which types of columns, where they are records, else None; and by which
    version of the text of their field. Where it is another one by now, they are read anew."""

    columns: Mapping[str, str] | None = None
    text_version: int = 1


AS_TEXT = ReadAs()


def write_shard(
    path: Path,
    task_ids: np.ndarray,
    is_reserved: np.ndarray,
    counts: TokenCounts,
    *,
    grams: bool = False,
    read_as: ReadAs = AS_TEXT,
) -> None:
    """Write the token counts of tasks, with the document frequencies that a vocabulary is fitted on.

    ``grams`` and ``read_as`` say how they were read.
    """
    tokens, frequencies = counts.document_frequencies()
    arrays = {
        "task_ids": task_ids.astype(np.int64),
        "is_reserved": is_reserved.astype(np.uint8),
        "indptr": counts.indptr,
        "tokens": counts.tokens,
        "counts": counts.counts,
        "distinct": tokens,
        "frequencies": frequencies.astype(np.int64),
    }
    write_arrays(path, {"grams": grams, **read_as._asdict()}, arrays)


def has_grams(path: Path) -> bool:
    """Whether a shard's texts were counted with their runs of letters."""
    return bool(ArrayFile(path).header.get("grams", False))


def read_as(path: Path) -> ReadAs:
    """How the tasks of a shard or a vocabulary were read."""
    header = ArrayFile(path).header
    return ReadAs(header.get("columns"), int(header.get("text_version", 1)))


def read_shard(path: Path) -> tuple[np.ndarray, np.ndarray, TokenCounts]:
    """Task ids, which are reserved, and token counts."""
    arrays = _arrays(path)
    counts = TokenCounts(arrays["indptr"], arrays["tokens"], arrays["counts"])
    return arrays["task_ids"], arrays["is_reserved"].view(np.bool_), counts


def read_document_frequencies(path: Path) -> tuple[np.ndarray, np.ndarray]:
    arrays = _arrays(path)
    return arrays["distinct"], arrays["frequencies"]


def write_vocabulary(path: Path, vocabulary: Vocabulary, *, read_as: ReadAs = AS_TEXT) -> None:
    arrays = {"tokens": vocabulary.tokens, "idf": vocabulary.idf, "topics": vocabulary.topics}
    header = {"n_documents": vocabulary.n_documents, "grams": vocabulary.has_grams, **read_as._asdict()}
    write_arrays(path, header, arrays)


def read_vocabulary(path: Path) -> Vocabulary:
    file = ArrayFile(path)
    arrays = {name: np.asarray(view).reshape(file.shapes[name]) for name, view in file.arrays.items()}
    n_documents, grams = int(file.header["n_documents"]), bool(file.header.get("grams", False))
    return Vocabulary(arrays["tokens"], arrays["idf"], arrays["topics"], n_documents, grams)


def write_matrix(path: Path, part: PoolPart) -> None:
    """Write the sparse rows of a part; the dense ones do not depend on the vocabulary and have a file of their own."""
    sparse = part.rows.sparse
    arrays = {
        "task_ids": part.task_ids,
        "is_reserved": part.is_reserved.view(np.uint8),
        "indptr": sparse.indptr,
        "indices": sparse.indices,
        "data": sparse.data,
    }
    write_arrays(path, {"n_columns": sparse.shape[1]}, arrays)


def read_matrix(path: Path) -> PoolPart:
    """The sparse rows of a shard under a vocabulary, mapped: only what is looked at is read from disk."""
    file = ArrayFile(path)
    arrays = {name: np.asarray(view) for name, view in file.arrays.items()}
    shape = (len(arrays["task_ids"]), int(file.header["n_columns"]))
    rows = sp.csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape, copy=False)
    return PoolPart(arrays["task_ids"], arrays["is_reserved"].view(np.bool_), Rows(rows))


def encode_part(shard_path: Path, vocabulary: Vocabulary) -> PoolPart:
    """The sparse rows of a shard under a vocabulary, worked out anew."""
    task_ids, is_reserved, counts = read_shard(shard_path)
    return PoolPart(task_ids, is_reserved, Rows(vocabulary.transform(counts)))


def _arrays(path: Path) -> dict[str, np.ndarray]:
    return {name: np.asarray(view) for name, view in ArrayFile(path).arrays.items()}
