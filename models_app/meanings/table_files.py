"""Semantic tables as files: one folder for the site, beside those of the projects."""

from functools import lru_cache

import numpy as np

from models_app.encoded.array_files import ArrayFile, DamagedFile, file_digest, file_matches, write_arrays
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


def load_table(row: SemanticTable) -> StaticTable:
    """The table of a row; ``DamagedFile`` when its file is gone or not the one that was recorded."""
    return _load(row.file_name, row.digest)


@lru_cache(maxsize=2)
def _load(file_name: str, digest: str) -> StaticTable:
    path = storage.tables_folder() / file_name
    try:
        if not file_matches(path, digest, key=storage.artifact_key()):
            raise DamagedFile(f"The semantic table {file_name} is not the one that was recorded; it is not used.")
        file = ArrayFile(path)
    except OSError as problem:
        raise DamagedFile(f"The semantic table {file_name} cannot be read: {problem.strerror}.") from problem
    pieces = WordPieces(file.header["pieces"])
    vectors = np.asarray(file.arrays["vectors"]).view(np.float16).reshape(file.shapes["vectors"])
    return StaticTable(pieces, vectors)
