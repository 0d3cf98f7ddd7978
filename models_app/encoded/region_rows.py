"""Rows of given regions of the files that tasks show: a box on a picture, a range of a sound."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol

import numpy as np
import scipy.sparse as sp

from labelplatform.uploads import open_media, open_part
from models_app.encoders.rows import Rows
from models_app.models import Prediction, SuggestionChoice
from models_app.registries import region_encoders
from projects.schema.fields.field import Field

Regions = Sequence[Mapping[str, Any]]


class RegionEncoder(Protocol):
    """``part`` is the file that the field's reader leaves for it; "" means the clean copy itself."""

    part: str
    n_columns: int

    def encode(self, file: BinaryIO, regions: Regions) -> np.ndarray:
        """A row of float16 for each region, of which there is at least one."""
        ...


def region_rows(project_id: int, field: Field, values: Sequence[Any], regions: Sequence[Regions]) -> Rows:
    """A row for each region, one task after the other; zeros where a task shows no file, or it is gone. ``values``
    are the tasks' of the field."""
    encoder: RegionEncoder = region_encoders.get(field.kind)()
    dense = np.zeros((sum(map(len, regions)), encoder.n_columns), dtype=np.float16)
    start = 0
    for value, own in zip(values, regions, strict=True):
        with _opened(project_id, value if own else None, encoder.part) as file:
            if file is not None:
                dense[start : start + len(own)] = encoder.encode(file, own)
        start += len(own)
    return Rows(sp.csr_matrix((len(dense), 0), dtype=np.float32), dense)


def proposed_regions(project_id: int, question: str, task_ids: Sequence[int]) -> list[Regions | None]:
    """The regions that a source has proposed for each task; None where there are none.

    Of several sources the one that was chosen to suggest comes first, then the newest.
    """
    choice = SuggestionChoice.objects.filter(project=project_id, question=question).first()
    chosen = choice.source_id if choice else None
    found: dict[int, Regions] = {}
    rows = Prediction.objects.filter(source__project=project_id, question=question, task__in=task_ids)
    ranked = sorted(rows.values_list("source", "task", "value"), key=lambda row: (row[0] == chosen, row[0]))
    for _, task_id, value in ranked:
        if value:
            found[task_id] = value
    return [found.get(task_id) for task_id in task_ids]


@contextmanager
def _opened(project_id: int, value: Any, part: str) -> Iterator[BinaryIO | None]:
    """The file that a value shows; None where it shows none, or it is gone."""
    if not isinstance(value, dict) or not isinstance(value.get("asset"), str):
        yield None
        return
    name = f"{project_id}/{value['asset']}"
    try:
        file = open_part(name, part) if part else open_media(name)
    except (OSError, ValueError):
        yield None
        return
    with file:
        yield file
