"""How good a version is for which tasks, as its page shows it."""

from dataclasses import dataclass

from labelplatform.certainty import Share, read_share
from models_app.models import ModelVersion
from models_app.versions.scores import ScoreName, score_name

_SHOWN_AT_FIRST = 8


@dataclass(frozen=True)
class SliceLine:
    """The tasks with one value of one column; without a ``score``, ``because`` says why."""

    column: str
    title: str
    n: int
    score: Share | None
    because: str
    is_worse: bool


@dataclass(frozen=True)
class SlicesPanel:
    """Slices that can be told from each other, the worst first, and those with too few tasks."""

    name: ScoreName
    whole: Share | None
    n_compared: int
    told: list[SliceLine]
    untold: list[SliceLine]

    @property
    def worse(self) -> int:
        return sum(line.is_worse for line in self.told)

    @property
    def first(self) -> list[SliceLine]:
        return self.told[:_SHOWN_AT_FIRST]

    @property
    def others(self) -> list[SliceLine]:
        return self.told[_SHOWN_AT_FIRST:]


def slices_of(version: ModelVersion) -> SlicesPanel | None:
    """None for a version that was made before slices were measured."""
    found = version.metrics.get("slices")
    if found is None:
        return None
    lines = [
        SliceLine(
            one["column"], one["title"], one["n"], read_share(one["score"]), one["because"], bool(one["is_worse"])
        )
        for one in found.get("slices", ())
    ]
    return SlicesPanel(
        score_name(found.get("main", "accuracy")),
        read_share(found.get("whole")),
        found.get("n_compared", 0),
        [line for line in lines if line.score],
        [line for line in lines if not line.score],
    )
