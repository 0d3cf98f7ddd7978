from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("models_app", "0010_full_sentences"),
    ]

    operations = [
        migrations.AddField(
            model_name="predictionsource",
            name="asked_after_import",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="predictionsource",
            name="asked_every_hours",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="predictionsource",
            name="asked_at_most",
            field=models.PositiveIntegerField(default=200),
        ),
        migrations.AddField(
            model_name="predictionsource",
            name="asked_up_to_task",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="predictionsource",
            name="asked_again_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
