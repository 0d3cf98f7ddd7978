"""Where a site's image model lies, and whether it can be read: what pages may ask without loading what reads it."""

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


def has_model() -> bool:
    """Whether pictures are read by one."""
    return model_path().is_file() and has_library()
