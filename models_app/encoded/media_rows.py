"""What files that tasks show look like to models: rows of what their readers left beside them, never of the files."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import numpy as np

from labelplatform.jobs.running import JobFailed
from labelplatform.uploads import keep_part, open_part
from models_app.encoders.picture_model import UnusableModel
from models_app.registries import media_encoders
from projects.models import Project

_READ_AT_ONCE = 32
SLOW_TASKS = 500  # in one slice of a job


class MediaEncoder(Protocol):
    """``name`` changes whenever rows come out otherwise; ``part`` is the file that a reader leaves for it.

    Of one that ``is_slow`` the row of each file is kept beside it, so that none is worked out twice.
    """

    name: str
    part: str
    n_columns: int
    is_slow: bool

    def encode(self, files: Sequence[bytes]) -> np.ndarray:
        """A row of float16, of length one or zero, for each file; empty ones are missing."""
        ...


def media_encoder_of(project: Project, field: str) -> MediaEncoder | None:
    """What a field's files are read by from now on; None where words say it. For jobs: ``JobFailed`` says what is wrong
    with a model that somebody has put there."""
    kind = project.schema.fields_by_name[field].kind if field in project.schema.fields_by_name else ""
    if kind not in media_encoders:
        return None
    try:
        encoder: MediaEncoder = media_encoders.get(kind)()
    except UnusableModel as problem:
        raise JobFailed(f"{problem} Put another one there or remove it.") from problem
    return encoder


def media_encoders_of(project: Project) -> list[MediaEncoder]:
    """What the files of all its fields are read by; without one that cannot be used, of which there are no rows."""
    found = []
    for field in project.schema.fields:
        with suppress(JobFailed):
            found.append(media_encoder_of(project, field.name))
    return [encoder for encoder in found if encoder is not None]


def media_encoder_named(name: str) -> MediaEncoder | None:
    """The encoder that rows were made with; ``LookupError`` where there is none of that name any more."""
    if not name:
        return None
    for find in media_encoders.objects():
        encoder: MediaEncoder | None = find(name)
        if encoder is not None:
            return encoder
    raise LookupError(f"There is no encoder {name} any more.")


def most_at_once(encoder: MediaEncoder | None, most: int) -> int:
    """How many tasks to read before a job looks at the time."""
    return min(most, SLOW_TASKS) if encoder is not None and encoder.is_slow else most


def media_rows(encoder: MediaEncoder, project_id: int, values: Sequence[Any]) -> np.ndarray:
    """A row for each value of a field that shows files; zeros for a task that shows none, or whose file is gone."""
    rows = np.zeros((len(values), encoder.n_columns), dtype=np.float16)
    names = [_name_of(project_id, value) for value in values]
    for start in range(0, len(names), _READ_AT_ONCE):
        rows[start : start + _READ_AT_ONCE] = _rows_of(encoder, names[start : start + _READ_AT_ONCE])
    return rows


def _rows_of(encoder: MediaEncoder, names: Sequence[str]) -> np.ndarray:
    if not encoder.is_slow:
        return encoder.encode([_read(name, encoder.part) for name in names])
    kept_as = f"{encoder.name}.row"
    kept = [_read(name, kept_as) for name in names]
    rows = np.zeros((len(names), encoder.n_columns), dtype=np.float16)
    for number, (name, row) in enumerate(zip(names, kept, strict=True)):
        if len(row) == rows[number].nbytes:
            rows[number] = np.frombuffer(row, dtype="<f2")
        elif name:
            rows[number] = encoder.encode([_read(name, encoder.part)])[0]
            if rows[number].any():
                keep_part(name, kept_as, rows[number].astype("<f2").tobytes())
    return rows


def _name_of(project_id: int, value: Any) -> str:
    """Where the file lies that a value shows; "" for none."""
    is_there = isinstance(value, dict) and isinstance(value.get("asset"), str)
    return f"{project_id}/{value['asset']}" if is_there else ""


def _read(name: str, part: str) -> bytes:
    try:
        with open_part(name, part) as file:
            return file.read()
    except (OSError, ValueError):
        return b""
