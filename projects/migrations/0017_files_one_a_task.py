"""Imports of PDFs are imports of files by now: pictures come the same way."""

from collections.abc import Callable
from typing import Any

from django.db import migrations, models


def _renamed(before: str, after: str) -> Callable[[Any, Any], None]:
    def rename(apps: Any, schema_editor: Any) -> None:
        apps.get_model("projects", "ImportRun").objects.filter(format=before).update(format=after)

    return rename


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0016_imported_labels"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="format",
            field=models.CharField(
                choices=[
                    ("csv", "CSV"),
                    ("tsv", "TSV"),
                    ("json", "JSON"),
                    ("jsonl", "JSON Lines"),
                    ("text", "Plain text"),
                    ("files", "Files, one a task"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(_renamed("pdf", "files"), _renamed("files", "pdf")),
    ]
