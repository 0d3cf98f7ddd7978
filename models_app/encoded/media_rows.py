"""What files that tasks show look like to models: rows of what their readers left beside them, never of the files."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from labelplatform.uploads import open_part
from models_app.registries import media_encoders
from projects.models import Project


class MediaEncoder(Protocol):
    """``name`` changes whenever rows come out otherwise; ``part`` is the file that a reader leaves for it."""

    name: str
    part: str
    n_columns: int

    def encode(self, files: Sequence[bytes]) -> np.ndarray:
        """A row of float16, of length one or zero, for each file; empty ones are missing."""
        ...


def media_encoder_of(project: Project, field: str) -> MediaEncoder | None:
    """The encoder of what a field shows; None where words say it."""
    kind = project.schema.fields_by_name[field].kind if field in project.schema.fields_by_name else ""
    return media_encoders.get(kind)() if kind in media_encoders else None


def media_encoder_named(name: str) -> MediaEncoder | None:
    """The encoder that rows were made with; ``LookupError`` where there is none of that name any more."""
    if not name:
        return None
    for encoder in (media_encoders.get(kind)() for kind in media_encoders):
        if encoder.name == name:
            return encoder
    raise LookupError(f"There is no encoder {name} any more.")


def media_rows(encoder: MediaEncoder, project_id: int, values: Sequence[Any]) -> np.ndarray:
    """A row for each value of a field that shows files; zeros for a task that shows none, or whose file is gone."""
    return encoder.encode([_part_of(project_id, value, encoder.part) for value in values])


def _part_of(project_id: int, value: Any, part: str) -> bytes:
    if not isinstance(value, dict) or not isinstance(value.get("asset"), str):
        return b""
    try:
        with open_part(f"{project_id}/{value['asset']}", part) as file:
            return file.read()
    except (OSError, ValueError):
        return b""
