from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("models_app", "0009_media_encoders"),
    ]

    operations = [
        migrations.AddField(
            model_name="semantictable",
            name="reads_sentences",
            field=models.BooleanField(default=False),
        ),
    ]
