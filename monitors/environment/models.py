"""What a station measured, and the latest of each thing it measures."""

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from monitors.environment.science import quality
from services.kernel.models import RealmField
from services.kernel.records import Record, once_per_source


class Quality(models.TextChoices):
    """How far a value can be trusted."""

    GOOD = quality.GOOD, _("good")
    SUSPECT = quality.SUSPECT, _("suspect")
    BAD = quality.BAD, _("bad")


class Flaw(models.TextChoices):
    """Which check a value failed."""

    NONE = "", _("none")
    RANGE = quality.RANGE, _("out of range")
    SPIKE = quality.SPIKE, _("spike")
    FLAT = quality.FLAT, _("flat line")


class Observation(Record):
    """One value, kept as sent in ``raw``; partitioned by month of ``occurred_at``.

    ``station`` is a slug of the province pack, ``prop`` what was measured, ``value`` in ``measure`` (m, mm or µg/m³);
    ``unit`` is the station's commune. ``interpolated`` values were reckoned between two bulletins, not read.
    """

    partition_by: ClassVar[str] = "occurred_at"

    station = models.CharField(max_length=60)
    prop = models.CharField(max_length=40)
    value = models.FloatField()
    measure = models.CharField(max_length=20)
    quality = models.CharField(max_length=8, choices=Quality, default=Quality.GOOD)
    flaw = models.CharField(max_length=12, choices=Flaw, blank=True, default="")
    interpolated = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = (once_per_source("observation_once", partition="occurred_at"),)
        indexes = (
            models.Index(name="observation_series", fields=("realm", "station", "prop", "occurred_at")),
            models.Index(
                name="observation_by_prop",
                fields=("realm", "prop", "occurred_at"),
                include=("station", "value", "quality"),
            ),
            models.Index(name="observation_by_time", fields=("realm", "occurred_at")),
            models.Index(name="observation_by_unit", fields=("realm", "unit", "occurred_at")),
        )


class LatestValue(models.Model):
    """The newest value of a property at a station, and what its quality is judged by.

    ``value`` is the newest whatever its quality; ``sound_value`` the newest that means and alarms may use.
    """

    realm = RealmField()
    station = models.CharField(max_length=60)
    prop = models.CharField(max_length=40)
    value = models.FloatField()
    measure = models.CharField(max_length=20)
    quality = models.CharField(max_length=8, choices=Quality)
    flaw = models.CharField(max_length=12, choices=Flaw, blank=True, default="")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    observation = models.BigIntegerField()
    unit = models.CharField(max_length=5, blank=True, default="")
    department = models.CharField(max_length=60, blank=True, default="")
    place = models.PointField(srid=4326)
    sound_value = models.FloatField(null=True)
    sound_at = models.DateTimeField(null=True)
    sound_id = models.BigIntegerField(null=True, help_text=_("the observation that the sound value stands in"))
    same_value = models.FloatField()
    same_since = models.DateTimeField()
    same_count = models.IntegerField(default=1)
    bad_count = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("latest value")
        verbose_name_plural = _("latest values")
        constraints = (models.UniqueConstraint(name="latest_value_once", fields=("realm", "station", "prop")),)

    def __str__(self) -> str:
        return f"{self.station} {self.prop}"


class RainDay(models.Model):
    """What had fallen at a gauge on a day of UTC by the end of each hour: a day's rain is two numbers and not 24.

    PostgreSQL itself keeps it with the observations it is made of, in the statement that stores, changes or removes
    them (migration 0003). ``mm`` has 24 sums of usable values, each from the day's begin: what fell in some hours is
    the difference of two. ``heard`` has bit n set where hour n had a usable value, for silence is not "no rain".
    ``unit`` and ``department`` are those of the values: a gauge that moves during the day has two rows.
    """

    realm = RealmField()
    day = models.DateField()
    station = models.CharField(max_length=60)
    unit = models.CharField(max_length=5, blank=True, default="")
    department = models.CharField(max_length=60, blank=True, default="")
    mm = ArrayField(models.FloatField(), size=24)
    heard = models.IntegerField()

    class Meta:
        verbose_name = _("rain of a day")
        verbose_name_plural = _("rain of days")
        constraints = (
            models.UniqueConstraint(name="rain_day_once", fields=("realm", "day", "station", "unit", "department")),
        )

    def __str__(self) -> str:
        return f"{self.station} {self.day}"
