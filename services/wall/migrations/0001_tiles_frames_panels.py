"""Tiles, the relay's head and frames (partitioned by time), and the book-keeping of panels."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

import services.kernel.models
from services.kernel.partitions import CreatePartitionedModel


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("realm", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("epoch", models.CharField(max_length=36)),
                ("term", models.BigIntegerField(default=0)),
                ("seq", models.BigIntegerField(default=0)),
                ("origin", models.CharField(default="", max_length=60)),
            ],
            options={
                "db_table": "wall_head",
            },
        ),
        migrations.CreateModel(
            name="PanelDirty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("monitor", models.CharField(max_length=40)),
                (
                    "sources",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        help_text="slugs; null = all panels",
                        null=True,
                        size=None,
                    ),
                ),
            ],
        ),
        CreatePartitionedModel(
            name="Frame",
            partition_by="at",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("epoch", models.CharField(max_length=36)),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField(help_text="the realm's clock")),
                ("key", models.CharField(max_length=200)),
                ("version", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("panel", "Panel"), ("alert", "Alert"), ("ticket", "Ticket")], max_length=10
                    ),
                ),
                ("monitor", models.CharField(max_length=40)),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                (
                    "left_audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("payload", models.JSONField(null=True)),
                ("gone", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["realm", "at", "seq"], name="frame_replay")],
                "constraints": [models.UniqueConstraint(fields=("realm", "epoch", "seq", "at"), name="frame_once")],
            },
        ),
        migrations.CreateModel(
            name="PanelState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("monitor", models.CharField(max_length=40)),
                ("panel", models.CharField(max_length=60)),
                ("stream", models.CharField(max_length=80)),
                ("due_at", models.DateTimeField(help_text="the realm's clock")),
                (
                    "dirty_at",
                    models.DateTimeField(
                        help_text="when its sources last said something, by the true clock", null=True
                    ),
                ),
                (
                    "busy_until",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="computed again not before, by the true clock",
                    ),
                ),
                ("claim", models.UUIDField(help_text="whose result counts", null=True)),
                ("computed_at", models.DateTimeField(help_text="the realm's clock", null=True)),
                (
                    "error",
                    models.TextField(blank=True, default="", help_text="of the last try; empty when it went well"),
                ),
                ("failures", models.IntegerField(default=0, help_text="tries in a row that failed")),
                ("history", models.JSONField(default=list, help_text="values of the last refreshes, oldest first")),
                ("history_at", models.DateTimeField(null=True)),
                ("last_value", models.FloatField(help_text="the last value that was not empty", null=True)),
                ("last_at", models.DateTimeField(null=True)),
                (
                    "shown",
                    models.BinaryField(
                        help_text="digest of what the tile says, but for its age", max_length=32, null=True
                    ),
                ),
                ("shown_as_of", models.DateTimeField(help_text="the age the tile gives", null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["realm", "due_at"], name="panel_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("realm", "monitor", "panel", "stream"), name="panel_state_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceSilence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("source", models.CharField(help_text="<monitor>/<source>", max_length=120)),
                ("since", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("realm", "source"), name="silence_once")],
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("panel", "Panel"), ("alert", "Alert"), ("ticket", "Ticket")], max_length=10
                    ),
                ),
                ("monitor", models.CharField(max_length=40)),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                (
                    "left_audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("payload", models.JSONField()),
                (
                    "rank",
                    models.SmallIntegerField(
                        default=0, help_text="worse is greater; a severity's rank for alerts and tickets"
                    ),
                ),
                ("since", models.DateTimeField(help_text="the older one of two equally bad ones comes first")),
                ("version", models.BigIntegerField(default=1, help_text="rises with every write")),
                ("seq", models.BigIntegerField(help_text="number of the last frame", null=True)),
                ("dirty", models.BooleanField(default=True)),
                ("gone", models.BooleanField(default=False)),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="when it became dirty, by the database's own clock",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("dirty", True)), fields=["realm", "changed_at", "id"], name="tile_dirty"
                    ),
                    models.Index(
                        models.F("realm"),
                        models.OrderBy(models.F("rank"), descending=True),
                        models.F("since"),
                        condition=models.Q(("gone", False), models.Q(("kind", "panel"), _negated=True)),
                        name="tile_worst_first",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("realm", "key"), name="tile_once")],
            },
        ),
        migrations.CreateModel(
            name="WatchedScope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("stream", models.CharField(max_length=80)),
                ("until", models.DateTimeField(help_text="by the true clock")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("realm", "stream"), name="watched_once")],
            },
        ),
    ]
