from typing import Any

from django.db import migrations, models


def name_the_main_score(apps: Any, schema_editor: Any) -> None:
    """Every model so far told options apart: its accuracy is the score that stands for all."""
    versions = apps.get_model("models_app", "ModelVersion").objects.all()
    for version in versions.only("metrics").iterator(chunk_size=500):
        holdout = version.metrics.get("holdout", {})
        if "accuracy" in holdout and "score" not in holdout:
            version.metrics["holdout"] = {"main": "accuracy", "score": holdout["accuracy"], **holdout}
            version.save(update_fields=["metrics"])


class Migration(migrations.Migration):
    dependencies = [("models_app", "0003_sources_of_predictions")]

    operations = [
        migrations.AddField(
            model_name="modelversion",
            name="unseen_file",
            field=models.CharField(blank=True, default="", max_length=120),
            preserve_default=False,
        ),
        migrations.RunPython(name_the_main_score, migrations.RunPython.noop),
    ]
