"""What pictures are read by on this site: their edges and colours, and a model where somebody has put one there.

That is ``DATA_DIR/models/image.onnx``, with the library onnxruntime. Nothing is downloaded for it.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from models_app.encoders.picture_model import NAME, ModelledPictureEncoder, PictureModel, name_of
from models_app.encoders.pictures import PictureEncoder
from models_app.meanings.image_model import fingerprint, is_image_model_of, model_path


def picture_encoder(name: str = "") -> Any:
    """The encoder of that name, None where there never was one; without a name what pictures are read by from now on.

    Without a name the site's model is opened, which only workers should have in memory. Raises ``UnusableModel``.
    """
    if name == PictureEncoder.name:
        return PictureEncoder()
    if name and not name.startswith(f"{NAME}-"):
        return None
    digest = fingerprint()
    if name and not is_image_model_of(name):
        return ModelledPictureEncoder(name)
    if not digest:
        return PictureEncoder()
    return ModelledPictureEncoder(name or name_of(digest, _open()), _open)


def _open() -> PictureModel:
    return _opened(*_state(model_path()))


def _state(path: Path) -> tuple[Path, int, int]:
    """The file as it is now: another one is opened anew."""
    found = path.stat()
    return path, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _opened(path: Path, changed_at: int, size: int) -> PictureModel:
    return PictureModel(path)
