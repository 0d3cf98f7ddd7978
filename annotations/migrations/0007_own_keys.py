"""The keys that people have chosen for the workbench."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotations", "0006_rewritten_answers"), ("projects", "0012_schema_operations")]

    operations = [
        migrations.CreateModel(
            "OwnKeys",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("keys", models.JSONField(default=dict)),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "own keys",
                "constraints": [
                    models.UniqueConstraint(fields=("user", "project"), name="own_keys_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("project", None)), fields=("user",), name="own_keys_everywhere_once"
                    ),
                ],
            },
        ),
    ]
