"""Departments have sheets of their own, and what monitors published when is kept."""

import django.contrib.postgres.fields
from django.db import migrations, models

import services.kernel.models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_what_a_workbook_was_about")]

    operations = [
        migrations.AlterField("sheet", "unit", models.CharField(max_length=60)),
        migrations.AlterField("revision", "unit", models.CharField(max_length=60)),
        migrations.AlterField("target", "unit", models.CharField(max_length=60)),
        migrations.AlterField(
            "workbookpart",
            "units",
            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
        ),
        migrations.CreateModel(
            name="PublishRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("monitor", models.CharField(max_length=60)),
                ("due_at", models.DateTimeField()),
                ("ran_at", models.DateTimeField(null=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "publication of a monitor",
                "verbose_name_plural": "publications of monitors",
                "indexes": [models.Index(fields=["due_at"], name="publish_run_due")],
                "constraints": [models.UniqueConstraint(fields=("realm", "monitor"), name="publish_run_once")],
            },
        ),
    ]
