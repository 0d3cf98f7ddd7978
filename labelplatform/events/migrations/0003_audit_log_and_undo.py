from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_creation_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="undoes",
            field=models.OneToOneField(
                null=True,
                on_delete=models.deletion.SET_NULL,
                related_name="undone_by",
                to="events.event",
            ),
        ),
        migrations.RemoveIndex(model_name="event", name="event_project"),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["project_id", "-at", "-id"], name="event_time"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["project_id", "actor", "-at", "-id"], name="event_actor"),
        ),
    ]
