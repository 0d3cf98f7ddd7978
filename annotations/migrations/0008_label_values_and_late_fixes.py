"""A table of the values that final labels hold, where they hold several; fixes that came too late are kept."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotations", "0007_own_keys"), ("projects", "0012_schema_operations")]

    operations = [
        migrations.CreateModel(
            name="LabelValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=200)),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.task",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "question", "value", "task"], name="label_value_find"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("task", "question", "value"), name="label_value_once"),
                ],
            },
        ),
        migrations.AlterField(
            "review",
            "decision",
            models.CharField(
                choices=[("accept", "Accept"), ("fix", "Fix"), ("return", "Return"), ("conflict", "Conflict")],
                max_length=10,
            ),
        ),
    ]
