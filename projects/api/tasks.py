"""Tasks: a list with filters, and one task's whole story."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_project, open_task
from projects.browsing.data_filters import LANE_TITLES
from projects.browsing.data_query import PAGE_SIZE, read_data_query
from projects.history.task_story import tell_story
from projects.models import AssignmentStatus, Lane, Purpose, Stage, Task
from projects.queueing.excluding import MAX_REASON, MAX_TASKS, exclude_tasks, restore_tasks


class TaskSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    external_id = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices)
    lane = serializers.ChoiceField(Lane.choices)
    open_slots = serializers.IntegerField(help_text="To how many more people it may be given.")
    skill = serializers.CharField(help_text="What a person must have to get it; empty where nothing.")
    overlap = serializers.IntegerField(help_text="How many people must answer it; 0 leaves it to the project.")
    import_id = serializers.IntegerField(allow_null=True)
    data = serializers.DictField(help_text="By field of the schema.")  # type: ignore[assignment]  # a field
    metadata = serializers.DictField(help_text="What is known about it; empty for those who only annotate.")


class AssignmentSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    user = serializers.CharField()
    purpose = serializers.ChoiceField(Purpose.choices)
    status = serializers.ChoiceField(AssignmentStatus.choices)
    source = serializers.CharField()  # type: ignore[assignment]  # a field, not the attribute
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    lease_expires_at = serializers.DateTimeField(allow_null=True)
    skip_reason = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)


class TaskEventSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    actor = serializers.CharField(allow_null=True)
    verb = serializers.CharField()
    object_type = serializers.CharField(help_text="task, annotation or comment.")
    object_id = serializers.IntegerField(allow_null=True)
    object_name = serializers.CharField()
    before = serializers.DictField()
    after = serializers.DictField()


class TaskStorySerializer(TaskSerializer):
    """A task with all that happened to it. Who may not browse the project's data sees only their own part."""

    project = serializers.SlugField()
    assignments = AssignmentSerializer(many=True)
    events = TaskEventSerializer(many=True)
    annotations = serializers.ListField(child=serializers.DictField())
    final_labels = serializers.ListField(child=serializers.DictField())
    reviews = serializers.ListField(child=serializers.DictField())
    gold = serializers.ListField(
        child=serializers.DictField(), help_text="Its known answers; empty for those who make no gold tasks."
    )
    comments = serializers.ListField(child=serializers.DictField())


class TaskQuery(Query):
    stage = serializers.ChoiceField(Stage.choices, required=False)
    lane = serializers.ChoiceField(list(LANE_TITLES), required=False)
    external_id = serializers.CharField(max_length=200, required=False)
    search = serializers.CharField(
        max_length=500, required=False, help_text='Words that must all occur, "phrases" and prefix*.'
    )

    def get_fields(self) -> dict[str, Any]:
        # "import" is no name that a class body could hold
        number = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
        return {**super().get_fields(), "import": number}


class TasksView(APIView):
    @extend_schema(
        operation_id="list_tasks",
        summary="The project's tasks in the order of their import",
        description="A page may hold fewer tasks than asked for, or none, while `next` names another: "
        "filters that hardly any task passes are followed so far and no further in one call.",
        parameters=[TaskQuery],
        responses=page_of(TaskSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_DATA)
        values = read_query(request, TaskQuery)
        if "external_id" in values:
            named = Task.objects.filter(project_id=member.project_id, external_id=values["external_id"])
            columns = {"stage": "stage", "lane": "lane", "import": "import_run_id"}
            named = named.filter(**{column: values[name] for name, column in columns.items() if name in values})
            return paginated(request, named.select_related("content"), task_as_json, ordering=("id",))
        place = _read_cursor(values.pop("cursor", ""))
        size = values.pop("page_size", PAGE_SIZE)
        query = read_data_query(member, {**{name: str(value) for name, value in values.items()}, **place})
        if query.problems:
            raise Refusal(query.problems[0])
        page = query.page(size)
        tasks = Task.objects.select_related("content").in_bulk(page.task_ids)
        return Response(
            {
                "next": _address(request, "after", page.after),
                "previous": _address(request, "before", page.before),
                "results": [task_as_json(tasks[pk]) for pk in page.task_ids if pk in tasks],
            }
        )


def _read_cursor(cursor: str) -> dict[str, str]:
    """A place in the list as ``read_data_query`` takes it: ``after-17``, ``before-60``."""
    if not cursor:
        return {}
    direction, _, key = cursor.partition("-")
    if direction not in {"after", "before"} or not (key.isascii() and key.isdigit()) or len(key) > 18:
        raise exceptions.ParseError("This cursor is none of ours; start again without one.")
    return {direction: key}


def _address(request: Request, direction: str, key: Any) -> str | None:
    if key is None:
        return None
    return replace_query_param(request.build_absolute_uri(), "cursor", f"{direction}-{key}")


class TaskView(APIView):
    @extend_schema(
        operation_id="get_task", summary="A task with all that happened to it", responses=TaskStorySerializer
    )
    def get(self, request: Request, task_id: int) -> Response:
        task, member = open_task(request.user, task_id)
        body = task_as_json(task)
        if not member.may(Capability.VIEW_DATA):
            body["metadata"] = {}
        return Response({"project": member.project.slug, **body, **tell_story(task, member)})


class TaskIdField(serializers.IntegerField):
    def __init__(self) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1)


class ChosenTasks(Input):
    tasks = serializers.ListField(
        child=TaskIdField(), max_length=MAX_TASKS, help_text=f"Ids of tasks of this project, at most {MAX_TASKS}."
    )


class TasksToExclude(ChosenTasks):
    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="", help_text="Why, for the log.")


class ChangedTasksSerializer(serializers.Serializer):
    changed = serializers.ListField(
        child=serializers.IntegerField(), help_text="Those that were not as asked before; others are passed over."
    )


class ExcludeTasksView(APIView):
    @extend_schema(
        operation_id="exclude_tasks",
        summary="Take tasks out of the project; answers stay, final labels are withdrawn",
        request=TasksToExclude,
        responses=ChangedTasksSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.CURATE_TASKS)
        values = read_body(request, TasksToExclude)
        changed = exclude_tasks(member, values["tasks"], reason=values["reason"])
        return Response({"changed": [task.pk for task in changed]})


class RestoreTasksView(APIView):
    @extend_schema(
        operation_id="restore_tasks",
        summary="Bring tasks back that were taken out, and their final labels with them",
        request=ChosenTasks,
        responses=ChangedTasksSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.CURATE_TASKS)
        changed = restore_tasks(member, read_body(request, ChosenTasks)["tasks"])
        return Response({"changed": [task.pk for task in changed]})


def task_as_json(task: Task) -> dict[str, Any]:
    return {
        "id": task.pk,
        "external_id": task.external_id,
        "stage": task.stage,
        "lane": task.lane,
        "open_slots": task.open_slots,
        "skill": task.skill,
        "overlap": task.overlap,
        "import_id": task.import_run_id,
        "data": task.content.data,
        "metadata": task.content.metadata,
    }
