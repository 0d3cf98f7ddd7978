from typing import Any

import django.db.models.deletion
from django.db import migrations, models

# PostgreSQL checks a foreign key row by row, which was a sixth of an import. Neither check tells anything: a content's
# project is that of its task, and an import run is deleted only while it has no tasks. SQLite checks cheaply, and to
# drop a key there means to rebuild the table, triggers of the text search included.
DROPPED = [("projects_taskcontent", "project_id"), ("projects_task", "import_run_id")]


def drop_checks(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in DROPPED:
        with schema_editor.connection.cursor() as cursor:
            constraints = schema_editor.connection.introspection.get_constraints(cursor, table)
        for name, constraint in constraints.items():
            if constraint["foreign_key"] and constraint["columns"] == [column]:
                schema_editor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def restore_checks(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in DROPPED:
        target = "projects_project" if column == "project_id" else "projects_importrun"
        schema_editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk FOREIGN KEY ({column}) REFERENCES {target} (id)"
            " DEFERRABLE INITIALLY DEFERRED"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0003_task_lane"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_checks, restore_checks)],
            state_operations=[
                migrations.AlterField(
                    model_name="taskcontent",
                    name="project",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                migrations.AlterField(
                    model_name="task",
                    name="import_run",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tasks",
                        to="projects.importrun",
                    ),
                ),
            ],
        ),
    ]
