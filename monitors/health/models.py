"""What was reported of cases and beds, every version of it, and sums that keep figures quick."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.kernel.models import RealmField
from services.kernel.records import StateHistory, StateRecord, once_per_source


class CaseReport(StateRecord):
    """The newest word on one disease, commune and day (or week) by one reporter: numbers only, never a patient.

    ``unit`` is the commune of today, ``reported_unit`` the code that was sent, where that one is gone since.
    ``suspected``, ``probable`` and ``confirmed`` are disjoint and sum up to ``cases``. ``first_day`` lies before
    ``day`` where the report is about a week. ``reporter`` is a facility's slug, empty for the commune's own station;
    ``reporting_unit`` the commune that owed the report, ``due_at`` by when, ``heard_at`` when its first version came.
    """

    disease = models.CharField(max_length=40)
    day = models.DateField()
    first_day = models.DateField()
    reporter = models.CharField(max_length=60, blank=True, default="")
    reporting_unit = models.CharField(max_length=5)
    reported_unit = models.CharField(max_length=5, blank=True, default="")
    suspected = models.IntegerField(default=0)
    probable = models.IntegerField(default=0)
    confirmed = models.IntegerField(default=0)
    deaths = models.IntegerField(default=0)
    cases = models.IntegerField(default=0)
    cluster = models.CharField(max_length=60, blank=True, default="")
    ages = models.JSONField(default=dict, help_text=_("cases by age group: {'0-4': 2}"))
    detected_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta:
        verbose_name = _("case report")
        verbose_name_plural = _("case reports")
        constraints = (once_per_source("case_report_once"),)
        indexes = (
            models.Index(name="case_report_series", fields=("realm", "disease", "unit", "day")),
            models.Index(name="case_report_struck", fields=("realm", "day"), condition=Q(cases__gt=0)),
            models.Index(name="case_report_unit", fields=("realm", "unit", "day"), condition=Q(cases__gt=0)),
            models.Index(name="case_report_heard", fields=("realm", "reporting_unit", "heard_at")),
            models.Index(name="case_report_news", fields=("realm", "received_at")),
            models.Index(
                name="case_report_linked", fields=("realm", "disease", "unit", "day"), condition=~Q(cluster="")
            ),
        )


class CaseReportVersion(StateHistory):
    """One version of a case report, as it was sent."""

    class Meta:
        verbose_name = _("version of a case report")
        verbose_name_plural = _("versions of a case report")
        constraints = (
            models.UniqueConstraint(
                name="case_report_version_once", fields=("record_id", "as_of", "version", "digest")
            ),
        )


class Grain(models.TextChoices):
    """The span of a tally."""

    DAY = "d", _("day")
    WEEK = "w", _("week")
    MONTH = "m", _("month")


class Tally(models.Model):
    """The sum of all reporters over a disease, commune and span; brought up to date with the reports it is made of.

    ``days`` counts the days of the span that were reported (of a day: 1, or 0 when its last report was withdrawn);
    ``exact`` is False for a day that only a week's report covers. Disease ``all``: days on which a commune said that
    nothing else happened.
    """

    realm = RealmField()
    disease = models.CharField(max_length=40)
    unit = models.CharField(max_length=5)
    grain = models.CharField(max_length=1, choices=Grain)
    start = models.DateField()
    cases = models.IntegerField(default=0)
    confirmed = models.IntegerField(default=0)
    deaths = models.IntegerField(default=0)
    days = models.IntegerField(default=0)
    exact = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = (
            models.UniqueConstraint(name="tally_once", fields=("realm", "disease", "unit", "grain", "start")),
        )
        indexes = (
            models.Index(
                name="tally_span", fields=("realm", "grain", "start"), include=("disease", "unit", "cases", "days")
            ),
        )

    def __str__(self) -> str:
        return f"{self.disease} {self.unit} {self.grain} {self.start}"


class Capacity(StateRecord):
    """Beds and free places of one facility as it last said. ``free_slots`` None: it does not say."""

    facility = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    night = models.BooleanField(default=False)
    place = models.PointField(srid=4326)
    beds = models.IntegerField()
    inpatients = models.IntegerField()
    icu_beds = models.IntegerField(default=0)
    icu = models.IntegerField(default=0)
    free_slots = models.IntegerField(null=True)

    class Meta:
        verbose_name = _("capacity of a facility")
        verbose_name_plural = _("capacities of facilities")
        constraints = (once_per_source("capacity_once"),)
        indexes = (models.Index(name="capacity_by_unit", fields=("realm", "unit")),)


class CapacityVersion(StateHistory):
    """One version of a facility's capacity, as it was sent."""

    class Meta:
        verbose_name = _("version of a capacity")
        verbose_name_plural = _("versions of a capacity")
        constraints = (
            models.UniqueConstraint(name="capacity_version_once", fields=("record_id", "as_of", "version", "digest")),
        )


class BedDay(models.Model):
    """The last word of a day on a facility's beds: what occupancy over a period is summed from."""

    realm = RealmField()
    facility = models.CharField(max_length=60)
    unit = models.CharField(max_length=5)
    day = models.DateField()
    beds = models.IntegerField()
    inpatients = models.IntegerField()
    as_of = models.DateTimeField()

    class Meta:
        verbose_name = _("bed-day")
        verbose_name_plural = _("bed-days")
        constraints = (models.UniqueConstraint(name="bed_day_once", fields=("realm", "facility", "day")),)

    def __str__(self) -> str:
        return f"{self.facility} {self.day}"
