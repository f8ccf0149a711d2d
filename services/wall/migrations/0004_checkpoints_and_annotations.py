"""Checkpoints of the wall (partitioned by time), from which a moment of the past is found quickly, and people's notes."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import services.kernel.ids
import services.kernel.models
from services.kernel.partitions import CreatePartitionedModel


def _streams():
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=80), default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [
        ("wall", "0003_when_a_person_looked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreatePartitionedModel(
            name="Checkpoint",
            partition_by="at",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("at", models.DateTimeField(help_text="the realm's clock")),
                ("epoch", models.CharField(max_length=36)),
                ("seq", models.BigIntegerField()),
                ("key", models.CharField(max_length=200)),
                ("version", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("panel", "Panel"), ("alert", "Alert"), ("ticket", "Ticket")], max_length=10
                    ),
                ),
                ("monitor", models.CharField(max_length=40)),
                ("audience", _streams()),
                ("payload", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("realm", "at", "key"), name="checkpoint_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Annotation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=services.kernel.ids.new_public_id, editable=False, unique=True)),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("board", models.CharField(max_length=40)),
                ("at", models.DateTimeField(help_text="the moment it is about, by the realm's clock")),
                ("text", models.CharField(max_length=1000)),
                ("audience", _streams()),
                ("written_at", models.DateTimeField(help_text="the realm's clock")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["realm", "board", "at"], name="annotation_timeline")],
            },
        ),
    ]
