"""A vocabulary says which encoder of files its rows go with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("models_app", "0008_task_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="encodingvocabulary",
            name="media",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
    ]
