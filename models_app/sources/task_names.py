"""Tasks by what others call them, thousands in one query."""

import json
from collections.abc import Collection

from django.db import connection

from labelplatform.bulk_rows import array_of, one_of
from projects.models import Task


def known_task_ids(project_id: int, numbers: Collection[int]) -> set[int]:
    """Those of the numbers that are tasks of the project."""
    if not numbers:
        return set()
    return set(Task.objects.filter(one_of("pk", list(numbers)), project=project_id).values_list("pk", flat=True))


def task_ids_by_external_id(project_id: int, external_ids: Collection[str]) -> dict[str, int]:
    """The tasks of these external ids; those that are none are missing."""
    wanted = [name for name in external_ids if "\0" not in name]
    if not wanted:
        return {}
    on_postgresql = connection.vendor == "postgresql"
    among = "= ANY(%s::text[])" if on_postgresql else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT external_id, id FROM {Task._meta.db_table} WHERE project_id = %s AND external_id {among}",
            [project_id, array_of(wanted) if on_postgresql else json.dumps(wanted)],
        )
        return dict(cursor.fetchall())
