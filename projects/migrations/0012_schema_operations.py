"""What led from one schema version to the next where the answers were taken along, and what took it back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0011_assets")]

    operations = [
        migrations.AddField("schemaversion", "operations", models.JSONField(default=list)),
        migrations.AddField(
            "schemaversion",
            "reverts",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reverted_by",
                to="projects.schemaversion",
            ),
        ),
    ]
