"""Files as rows, read and encoded by the platform's own modules, which lie beside this one in ``code/``.

Needs pillow for pictures, soundfile for sounds, and onnxruntime where the rows are those of an image model; Linux or
macOS. Trust your files: the platform reads them in a process of bounded memory and time, this does not.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

CODE = Path(__file__).resolve().parent / "code"
IMAGE_MODEL = "image.onnx"
# The first word of an encoder's name -> the reader of its files, and where the encoder is.
READS = {
    "picture": ("picture", "models_app.encoders.pictures", "PictureEncoder"),
    "pictures": ("picture", "models_app.encoders.picture_model", "ModelledPictureEncoder"),
    "sound": ("sound", "models_app.encoders.sounds", "SoundEncoder"),
}


class FileEncoder:
    """Turns paths into rows by the encoder of some name; ``ValueError`` says why a file is none that it reads."""

    def __init__(self, folder: Path, name: str) -> None:
        sys.path.insert(0, str(CODE))
        self._reader, module, made = READS[name.partition("-")[0]]
        self._types = import_module("labelplatform.media_types")
        self._clean: Any = getattr(
            import_module(f"labelplatform.media_readers.{self._reader}"), f"clean_{self._reader}"
        )
        encoder = getattr(import_module(module), made)
        if name.startswith("pictures-"):
            model = import_module(module).PictureModel(folder / IMAGE_MODEL)
            self._encoder = encoder(name, lambda: model)
        else:
            self._encoder = encoder()
        if self._encoder.name != name:
            raise SystemExit(f"The model was made with files read as “{name}”, not as “{self._encoder.name}”.")
        accepted = [kind for kind in self._types.MEDIA_TYPES.values() if kind.reader == self._reader]
        self._accepted = {kind.name for kind in accepted}

    def rows(self, paths: list[str]) -> np.ndarray:
        """A row of float16 for each path; of zeros for an empty one."""
        return np.vstack([self._encoder.encode([self._part(path) if path else b""]) for path in paths])

    def _part(self, path: str) -> bytes:
        """What the platform's reader would leave of the file for encoders."""
        try:
            with open(path, "rb") as file:
                kind = self._types.media_type_of(file.read(self._types.HEAD_BYTES), self._accepted)
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder, "clean")
                self._clean(kind.name, path, str(target))
                return Path(f"{target}-pages", self._encoder.part).read_bytes()
        except Exception as problem:  # of a file that is gone, of another kind, or damaged
            raise ValueError(f"{path}: {problem}") from problem
