"""How the Data page narrows tasks by what this app knows: words, stage, lane, import, whom they wait
for, and what they need."""

from django.db.models import Q
from django.utils import timezone

from labelplatform.search import TaskSearch, read_terms
from projects.browsing.data_page import Choice, DataFilter
from projects.browsing.task_ids import COUNT_LIMIT, FoundIds, IndexedIds, ListedIds, NarrowingIds, Place, TaskIds
from projects.models import Assignment, AssignmentStatus, ImportRun, Lane, Membership, Purpose, Stage, Task

SEARCH = "search"
MAX_IMPORTS = 50
MAX_PEOPLE = 200
OVERDUE = "overdue"

STAGE_TITLES: dict[str, str] = {
    Stage.ANNOTATE: "To do",
    Stage.REVIEW: "In review",
    Stage.DONE: "Done",
    Stage.EXCLUDED: "Excluded",
}
LANE_TITLES: dict[str, str] = {
    Lane.SELECTED: "Selected",
    Lane.HOLDOUT: "Holdout",
    Lane.GOLD: "Gold",
    Lane.AUDIT: "Audit",
    Lane.ACCEPTED: "Accepted",
}


def search_filters(member: Membership) -> list[DataFilter]:
    def find(query: str) -> TaskIds | None:
        terms = read_terms(query)
        return FoundIds(TaskSearch(member.project_id, tuple(terms))) if terms else None

    return [DataFilter(SEARCH, "Words", find)]


def stage_filters(member: Membership) -> list[DataFilter]:
    """Stage and lane, each served by an index of its own."""
    tasks = Task.objects.filter(project_id=member.project_id)
    # SQLite takes the partial index only where its very condition stands in the query
    special = tasks.filter(~Q(lane="base"))

    def in_stage(stage: str) -> TaskIds | None:
        return IndexedIds(tasks, "stage", stage) if stage in Stage.values else None

    def in_lane(lane: str) -> TaskIds | None:
        return IndexedIds(special, "lane", lane) if lane in LANE_TITLES else None

    return [
        DataFilter("stage", "Stage", in_stage, [Choice(*pair) for pair in STAGE_TITLES.items()]),
        DataFilter("lane", "Lane", in_lane, [Choice(*pair) for pair in LANE_TITLES.items()]),
    ]


def import_filters(member: Membership) -> list[DataFilter]:
    """The latest imports; an older one is still found by its number in the address."""
    runs = ImportRun.objects.filter(project_id=member.project_id)

    def imported_by(number: str) -> TaskIds | None:
        if not (number.isascii() and number.isdigit() and len(number) < 19 and runs.filter(pk=int(number)).exists()):
            return None
        return IndexedIds(Task.objects.all(), "import_run_id", int(number))

    latest = [Choice(str(run.pk), str(run)) for run in runs.only("original_name").order_by("-pk")[:MAX_IMPORTS]]
    return [DataFilter("import", "Import", imported_by, latest)]


def assigned_filters(member: Membership) -> list[DataFilter]:
    """For whom tasks wait, by user, and what is overdue."""
    rows = Assignment.objects.filter(
        project_id=member.project_id, purpose=Purpose.ANNOTATE, status=AssignmentStatus.ASSIGNED
    )

    def assigned_to(value: str) -> TaskIds | None:
        if value == OVERDUE:
            late = rows.filter(due_at__lt=timezone.now())
            return IndexedIds(late, "status", AssignmentStatus.ASSIGNED, "task_id", repeats=True)
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            return None
        return IndexedIds(rows, "user_id", int(value), "task_id")

    members = Membership.objects.filter(project_id=member.project_id).select_related("user").order_by("user__name")
    named = members.only("user_id", "user__name", "user__email")[:MAX_PEOPLE]
    people = [Choice(str(one.user_id), one.user.display_name) for one in named]
    return [DataFilter("assigned", "Assigned to", assigned_to, [Choice(OVERDUE, "Overdue"), *people])]


def skill_filters(member: Membership) -> list[DataFilter]:
    """What open tasks need."""
    needed = member.project.skills_needed
    if not needed:
        return []
    rows = Task.objects.filter(project_id=member.project_id, open_slots__gt=0)

    def with_skill(skill: str) -> TaskIds | None:
        if skill not in needed:
            return None
        # the index knows their rank, not their id: few are put into the order of ids, many are met on any walk
        ids = list(rows.filter(skill=skill).order_by().values_list("pk", flat=True)[: COUNT_LIMIT + 1])
        if len(ids) > COUNT_LIMIT:
            return NarrowingIds(rows.filter(skill=skill))
        return ListedIds([Place(pk, pk) for pk in sorted(ids)])

    return [DataFilter("skill", "Skill", with_skill, [Choice(skill, skill) for skill in needed])]
