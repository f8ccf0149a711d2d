from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0001_rotations_swaps_leaves"),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="log_since",
            field=models.DateTimeField(help_text="when the log was switched on: earlier shifts owe nothing", null=True),
        ),
    ]
