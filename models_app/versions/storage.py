"""Where the arrays of learning are: one folder per project below ``DATA_DIR``, files that are never changed.

A row names its file; the row is written after the file is whole. So a file that no row names is either being
written right now or was left by a killed worker, and age tells which.
"""

import secrets
import time
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

_BEING_WRITTEN_SECONDS = 900


def project_folder(project_id: int) -> Path:
    return Path(settings.DATA_DIR) / "learning" / str(project_id)


def tables_folder() -> Path:
    """Where semantic tables are, beside the folders of projects."""
    return Path(settings.DATA_DIR) / "learning" / "tables"


def path_of(project_id: int, file_name: str) -> Path:
    return project_folder(project_id) / file_name


def new_name(stem: str, suffix: str = "arrays") -> str:
    """A file name that was never used before."""
    return f"{stem}-{secrets.token_hex(6)}.{suffix}"


def matrix_name(shard_file: str, vocabulary_file: str) -> str:
    """The name of what a shard is under a vocabulary: derived from both, so that no row needs to keep it."""
    return f"{Path(shard_file).stem}-{Path(vocabulary_file).stem}.matrix"


def dense_name(shard_file: str, fingerprint: str) -> str:
    """The name of what the tasks of a shard mean, worked out in one way, whatever the vocabulary."""
    return f"{Path(shard_file).stem}-{fingerprint[:12]}.dense"


def unfinished_name(dense_file: str) -> str:
    """The name of dense rows while not all of them are worked out."""
    return f"{dense_file}-unfinished"


def neighbours_name(predictions_file: str) -> str:
    """The name of the labeled tasks that speak for predictions."""
    return f"{Path(predictions_file).stem}.neighbours"


def artifact_key() -> bytes:
    """The key of the digests that model files are checked against."""
    return salted_hmac("models_app.artifacts", "model files", algorithm="sha256").digest()


def delete_orphans(project_id: int, named: set[str], *, older_than_seconds: float = _BEING_WRITTEN_SECONDS) -> int:
    """Delete files of the project that no row names and that nobody can be writing any more; returns how many."""
    folder = project_folder(project_id)
    if not folder.is_dir():
        return 0
    limit = time.time() - older_than_seconds
    orphans = [path for path in folder.iterdir() if path.name not in named and path.stat().st_mtime < limit]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
