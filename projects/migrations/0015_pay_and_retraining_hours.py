"""What an hour of labeling costs, and how old a model may get before few new labels are enough."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0014_lanes_of_auto_accept"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="pay_currency",
            field=models.CharField(
                default="EUR",
                max_length=3,
                validators=[
                    django.core.validators.RegexValidator("\\A[A-Z]{3}\\Z", "Three capital letters such as EUR.")
                ],
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="pay_per_hour",
            field=models.FloatField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(0.01),
                    django.core.validators.MaxValueValidator(100000),
                ],
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="retrain_hours",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(8760),
                ],
            ),
        ),
    ]
