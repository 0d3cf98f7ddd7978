from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0015_pay_and_retraining_hours"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="labeled_count",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="source",
            field=models.CharField(
                choices=[("queue", "Queue"), ("manager", "Manager"), ("import", "Import")],
                default="queue",
                max_length=10,
            ),
        ),
    ]
