from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0009_invitation_details"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="quiz_number",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="quiz_passed_number",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
