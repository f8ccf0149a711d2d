"""A number that rises with every change of a maintenance window: of two who edit it at once the second is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the number; windows that are there begin with 1."""

    dependencies = (("alerts", "0003_maintenance_latching_and_causes"),)
    operations = (
        migrations.AddField(
            model_name="maintenancewindow",
            name="version",
            field=models.PositiveIntegerField(
                default=1, help_text="rises with every change, so that a stale edit is seen"
            ),
        ),
    )
