"""Semantic tables as files: one folder for the site, beside those of the projects."""

from functools import lru_cache

import numpy as np

from models_app.encoded.array_files import ArrayFile, DamagedFile, file_digest, file_matches, write_arrays
from models_app.encoders.sentence_model import WORD_VECTORS, SentenceModel
from models_app.encoders.sentences import SentenceEncoder
from models_app.encoders.static_table import StaticTable
from models_app.encoders.word_pieces import WordPieces
from models_app.models import SemanticTable
from models_app.versions import storage


def save_table(table: StaticTable) -> tuple[str, str]:
    """Write the table; returns its file name and keyed digest."""
    path = storage.tables_folder() / storage.new_name("table")
    vectors = np.ascontiguousarray(table.vectors, dtype=np.float16)
    write_arrays(path, {"pieces": table.pieces.pieces}, {"vectors": vectors.view(np.uint16)})
    return path.name, file_digest(path, key=storage.artifact_key())


def save_sentences(model: SentenceModel) -> tuple[str, str]:
    """Write a whole sentence model, half as exact as it came; returns its file name and keyed digest."""
    weights = {name: tensor.astype(np.float16) for name, tensor in model.weights.items() if tensor.dtype.kind == "f"}
    if not all(np.isfinite(tensor).all() for tensor in weights.values()):
        raise ValueError("The model's weights are too large to be kept.")
    header = {
        "pieces": model.pieces.pieces,
        "is_lower_case": model.pieces.is_lower_case,
        "n_heads": model.n_heads,
        "epsilon": model.epsilon,
        "takes_first": model.takes_first,
    }
    path = storage.tables_folder() / storage.new_name("sentences")
    write_arrays(path, header, {name: tensor.view(np.uint16) for name, tensor in weights.items()})
    return path.name, file_digest(path, key=storage.artifact_key())


def load_sentences(row: SemanticTable) -> SentenceEncoder:
    """The model of a row, ready to run; ``DamagedFile`` when its file is gone or not the one that was recorded."""
    return _load_sentences(row.file_name, row.digest)


def check_file(row: SemanticTable) -> None:
    """``DamagedFile`` when the file of a row is gone or not the one that was recorded."""
    _open(row.file_name, row.digest)


def load_table(row: SemanticTable) -> StaticTable:
    """The table of a row; ``DamagedFile`` when its file is gone or not the one that was recorded."""
    return _load(row.file_name, row.digest)


@lru_cache(maxsize=2)
def _load(file_name: str, digest: str) -> StaticTable:
    file = _open(file_name, digest)
    pieces = WordPieces(file.header["pieces"])
    vectors = np.asarray(file.arrays["vectors"]).view(np.float16).reshape(file.shapes["vectors"])
    return StaticTable(pieces, vectors)


@lru_cache(maxsize=1)
def _load_sentences(file_name: str, digest: str) -> SentenceEncoder:
    file = _open(file_name, digest)
    header = file.header
    weights = {name: np.asarray(view).view(np.float16).reshape(file.shapes[name]) for name, view in file.arrays.items()}
    # of the many word vectors a text needs few: they stay mapped
    weights |= {name: tensor.astype(np.float32) for name, tensor in weights.items() if name != WORD_VECTORS}
    pieces = WordPieces(header["pieces"], is_lower_case=header["is_lower_case"])
    model = SentenceModel(weights, pieces, header["n_heads"], header["epsilon"], header["takes_first"])
    return SentenceEncoder(model)


def _open(file_name: str, digest: str) -> ArrayFile:
    path = storage.tables_folder() / file_name
    try:
        if not file_matches(path, digest, key=storage.artifact_key()):
            raise DamagedFile(f"The semantic table {file_name} is not the one that was recorded; it is not used.")
        return ArrayFile(path)
    except OSError as problem:
        raise DamagedFile(f"The semantic table {file_name} cannot be read: {problem.strerror}.") from problem
