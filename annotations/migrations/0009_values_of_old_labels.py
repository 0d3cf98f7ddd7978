"""Fill the table of values from the labels that there are; a long free text is found by its digest."""

import hashlib
from typing import Any

from django.db import migrations

_BATCH = 2000
_SEVERAL = {"choices", "taxonomy", "spans", "relations", "chains"}


def fill(apps: Any, schema_editor: Any) -> None:
    label_model = apps.get_model("annotations", "FinalLabel")
    value_model = apps.get_model("annotations", "LabelValue")
    versions = apps.get_model("projects", "SchemaVersion").objects
    definitions: dict[int, dict[str, Any]] = {}
    last = 0
    while labels := list(label_model.objects.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = labels[-1].pk
        rows: list[Any] = []
        changed: list[Any] = []
        for label in labels:
            if label.schema_version_id not in definitions:
                definition = versions.get(pk=label.schema_version_id).definition
                definitions[label.schema_version_id] = {one["name"]: one for one in definition["questions"]}
            asked = definitions[label.schema_version_id].get(label.question, {})
            before = label.value_text
            if "per" in asked or asked.get("kind") in _SEVERAL:
                values = dict.fromkeys(_values(asked, label.value))
                rows += [
                    value_model(
                        task_id=label.task_id,
                        project_id=label.project_id,
                        question=label.question,
                        value=_findable(one),
                    )
                    for one in values
                ]
                label.value_text = ""
            elif asked.get("kind") == "text":
                label.value_text = _findable(" ".join(str(label.value).split()))
            if label.value_text != before:
                changed.append(label)
        value_model.objects.bulk_create(rows)
        label_model.objects.bulk_update(changed, ["value_text"])


def empty(apps: Any, schema_editor: Any) -> None:
    """Back to all values in one text, cut where it is too long."""
    label_model = apps.get_model("annotations", "FinalLabel")
    value_model = apps.get_model("annotations", "LabelValue")
    last = 0
    while labels := list(label_model.objects.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = labels[-1].pk
        values: dict[tuple[int, str], list[str]] = {}
        for row in value_model.objects.filter(task__in=[label.task_id for label in labels]).order_by("pk"):
            values.setdefault((row.task_id, row.question), []).append(row.value)
        changed = [label for label in labels if (label.task_id, label.question) in values]
        for label in changed:
            label.value_text = f"|{'|'.join(values[label.task_id, label.question])}|"[:200]
        label_model.objects.bulk_update(changed, ["value_text"])
    value_model.objects.all().delete()


def _values(asked: dict[str, Any], value: Any) -> list[str]:
    """What filters know an answer by, as of this migration."""
    if "per" in asked:
        once = {name: part for name, part in asked.items() if name != "per"}
        return [one for part in value.values() for one in _values(once, part)]
    kind = asked.get("kind")
    if kind == "taxonomy":
        paths = _paths(asked["options"], [])
        return [
            one for chosen in (value if isinstance(value, list) else [value]) for one in paths.get(chosen, [chosen])
        ]
    if kind in {"spans", "relations", "chains"}:
        return [part["label"] for part in value if part.get("label")]
    if kind == "choices":
        return list(value)
    if kind == "text":
        return []
    if kind == "ranking":
        return list(value[:1])
    return [value["better"]] if kind == "preference" else [str(value)]


def _paths(options: list[Any], above: list[str]) -> dict[str, list[str]]:
    paths: dict[str, list[str]] = {}
    for option in options:
        value = option if isinstance(option, str) else option["value"]
        paths[value] = [*above, value]
        paths |= _paths([] if isinstance(option, str) else option.get("children", []), paths[value])
    return paths


def _findable(value: str) -> str:
    if len(value) <= 200:
        return value
    return f"{value[:135]}…{hashlib.sha256(value.encode(errors='surrogatepass')).hexdigest()}"


class Migration(migrations.Migration):
    dependencies = [("annotations", "0008_label_values_and_late_fixes")]

    operations = [migrations.RunPython(fill, empty, elidable=True)]
