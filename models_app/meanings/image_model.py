"""Where a site's image model lies, and whether it can be read: what pages may ask without loading what reads it."""

import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

FILE = "image.onnx"
LIBRARY = "onnxruntime"
INSTALLED_AS = "onnxruntime==1.31.1"


def model_path() -> Path:
    return Path(settings.DATA_DIR) / "models" / FILE


def has_library() -> bool:
    return find_spec(LIBRARY) is not None


def fingerprint() -> str:
    """Of the file as it is now; "" where there is none that can be read."""
    if not has_model():
        return ""
    path = model_path()
    found = path.stat()
    return _digest(path, found.st_mtime_ns, found.st_size)


def is_image_model_of(encoder: str) -> bool:
    """Whether the encoder ``pictures-<fingerprint>-<columns>`` read pictures by the file that is there."""
    digest = fingerprint()
    return bool(digest) and encoder.split("-")[1:2] == [digest[:12]]


@lru_cache(maxsize=2)
def _digest(path: Path, changed_at: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_model() -> bool:
    """Whether pictures are read by one."""
    return model_path().is_file() and has_library()
