from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lawqa", "0003_models_and_conversation"),
    ]

    operations = [
        migrations.AddField(
            model_name="sealedrecord",
            name="signature",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
