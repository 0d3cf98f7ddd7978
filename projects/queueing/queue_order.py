"""Put tasks before or back among all others that the queue has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from labelplatform.jobs.models import Job
from projects.browsing.bulk_acts import Selection, Tally, carry_out
from projects.models import Lane, Membership, Project, Stage, Task
from projects.queueing.lanes import AHEAD, rank_at_import
from projects.queueing.places import begin_again


@dataclass(frozen=True)
class PutInOrder:
    """``first``: before all others of the base lane; else where the task stood by itself."""

    first: bool

    job_kind: ClassVar[str] = "order_tasks"
    verb: ClassVar[str] = "reordered"

    def as_json(self) -> dict[str, Any]:
        return {"first": self.first}

    def apply(self, project: Project, tasks: Sequence[Task], tally: Tally) -> None:
        moved = []
        for task in tasks:
            rank = rank_at_import(project, task) * (AHEAD if self.first else 1)
            if task.stage != Stage.ANNOTATE:
                tally.skip("done")
            elif task.lane in {Lane.HOLDOUT, Lane.GOLD}:
                tally.skip("measures")
            elif task.lane == Lane.SELECTED:
                tally.skip("selected")
            elif task.rank == rank:
                tally.skip("same")
            else:
                task.rank = rank
                moved.append(task)
        Task.objects.bulk_update(moved, ["rank"], batch_size=500)
        tally.change(moved)

    def finish(self, project: Project, tally: Tally) -> None:
        """Everybody's place in the queue goes back to its beginning: else they would pass what now comes first."""
        if self.first and tally.changed:
            begin_again(Membership.objects.filter(project=project))

    def check(self, tally: Tally) -> None:
        pass


def put_in_order(member: Membership, selection: Selection, *, first: bool) -> Tally | Job:
    """Put tasks before all others that the queue has, or back to where they stood; many are moved by a job."""
    return carry_out(member, PutInOrder(first), selection)


def read_order(project: Project, act: Mapping[str, Any], asked_by: Any) -> PutInOrder:
    return PutInOrder(act["first"])
