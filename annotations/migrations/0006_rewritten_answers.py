"""What answers and reviews said in the words of older schema versions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotations", "0005_gold_and_quizzes"), ("projects", "0012_schema_operations")]

    operations = [
        migrations.AlterField(
            "annotationrevision",
            "kind",
            models.CharField(
                choices=[
                    ("changed", "Changed"),
                    ("undone", "Undone"),
                    ("retracted", "Retracted"),
                    ("conflict", "Conflict"),
                    ("rewritten", "Rewritten"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField("review", "former", models.JSONField(default=list)),
    ]
