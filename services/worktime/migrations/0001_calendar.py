"""Special days and the edition of the calendar in force."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("date", models.DateField(unique=True, verbose_name="date")),
                (
                    "kind",
                    models.CharField(
                        choices=[("off", "day off"), ("working", "working day")], max_length=7, verbose_name="kind"
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="the decision that announced it", max_length=200, verbose_name="note"
                    ),
                ),
            ],
            options={
                "verbose_name": "special day",
                "verbose_name_plural": "special days",
                "ordering": ("-date",),
            },
        ),
        migrations.CreateModel(
            name="CalendarEdition",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("token", models.UUIDField(default=uuid.uuid4)),
                ("hours", models.JSONField(default=dict)),
                ("basis", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="calendar_edition_is_one_row")
                ],
            },
        ),
    ]
