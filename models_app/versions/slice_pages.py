"""How good a version is for which tasks, as its page shows it, and the Data page's filter for these tasks."""

from dataclasses import dataclass

from labelplatform.certainty import Share, read_share
from models_app.alike.group_files import GroupFile
from models_app.alike.groups import GroupIds
from models_app.encoded.array_files import DamagedFile
from models_app.models import ModelVersion
from models_app.versions import storage
from models_app.versions.scores import ScoreName, score_name
from projects.browsing.data_page import Choice, DataFilter
from projects.models import Membership

_SHOWN_AT_FIRST = 8


@dataclass(frozen=True)
class SliceLine:
    """The tasks with one value of one column; without a ``score``, ``because`` says why.

    ``name`` is what the Data page's filter calls them; empty where it is not known any more which they are.
    """

    column: str
    title: str
    n: int
    score: Share | None
    because: str
    is_worse: bool
    name: str


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
    is_known = bool(found.get("file")) and bool(version.artifact_file)
    lines = [
        SliceLine(
            one["column"],
            one["title"],
            one["n"],
            read_share(one["score"]),
            one["because"],
            bool(one["is_worse"]),
            f"{version.pk}.{place}" if is_known else "",
        )
        for place, one in enumerate(found.get("slices", ()), 1)
    ]
    return SlicesPanel(
        score_name(found.get("main", "accuracy")),
        read_share(found.get("whole")),
        found.get("n_compared", 0),
        [line for line in lines if line.score],
        [line for line in lines if not line.score],
    )


def slice_filters(member: Membership) -> list[DataFilter]:
    """The parts of the holdout that models at work were measured on; those of an older one by its address."""
    versions = ModelVersion.objects.filter(project=member.project_id)

    def find(name: str) -> GroupIds | None:
        number, _, place = name.partition(".")
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (number, place)):
            return None
        version = versions.filter(pk=int(number)).first()
        found = (version.metrics.get("slices") or {}) if version else {}
        if not found.get("file") or not 0 < int(place) <= len(found["slices"]):
            return None
        try:
            return GroupIds(GroupFile(storage.path_of(member.project_id, found["file"])), int(place))
        except (OSError, DamagedFile):
            return None

    choices = [
        Choice(line.name, f"{line.column}: {line.title}")
        for version in versions.serving().order_by("pk")
        if (panel := slices_of(version))
        for line in panel.told
        if line.name
    ]
    return [DataFilter("part", "Measured part", find, choices)] if choices else []
