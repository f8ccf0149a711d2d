"""Public-investment projects: one row a project and budget year, and every report of it."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from services.kernel.records import StateHistory, StateRecord, once_per_source


class Group(models.TextChoices):
    """The group that the Law on Public Investment puts a project in, by its size and field."""

    NATIONAL = "national", _("of national importance")
    A = "A", _("group A")
    B = "B", _("group B")
    C = "C", _("group C")


class Status(models.TextChoices):
    """Where a project stands."""

    PREPARING = "preparing", _("in preparation")
    ONGOING = "ongoing", _("under way")
    COMPLETED = "completed", _("completed")
    SUSPENDED = "suspended", _("suspended")


class Pace(models.TextChoices):
    """How its payments keep to the expected line (``science.disbursement``)."""

    DONE = "done", _("capital paid out")
    ON_TRACK = "on_track", _("on its way")
    BEHIND = "behind", _("behind")
    FAR_BEHIND = "far_behind", _("far behind")
    UNJUDGED = "unjudged", _("not judged")


class Project(StateRecord):
    """A project's capital of one budget year as last reported; money in billion VND (tỷ đồng).

    ``investor`` is a department's slug, a commune's code or a name; the first two also stand in
    ``investor_department`` and ``investor_unit``. ``unit`` is the commune where it is built, ``department`` the one
    that watches all projects. ``month`` is the first day of the month up to whose end ``disbursed`` counts from the
    year's beginning. ``share`` and ``expected`` are percentages of the plan, ``progress`` what follows from them: each
    report is judged by its own month when it comes.

    ``paid`` and ``told`` are kept from all its reports (``actions``): what had been paid out by the end of each of the
    budget year's thirteen months, carried on where a month was not told, and which months were told, as bits.
    """

    code = models.CharField(max_length=40)
    year = models.SmallIntegerField()
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True, default="")
    investor = models.CharField(max_length=200)
    investor_department = models.CharField(max_length=60, blank=True, default="")
    investor_unit = models.CharField(max_length=5, blank=True, default="")
    group = models.CharField(max_length=10, choices=Group)
    status = models.CharField(max_length=10, choices=Status)
    plan = models.FloatField()
    disbursed = models.FloatField()
    month = models.DateField()
    starts = models.DateField(null=True)
    finishes = models.DateField(null=True)
    place = models.PointField(srid=4326, null=True)
    share = models.FloatField(null=True)
    expected = models.FloatField()
    progress = models.CharField(max_length=10, choices=Pace)
    paid = ArrayField(models.FloatField(null=True), size=13, default=list)
    told = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name = _("public-investment project")
        verbose_name_plural = _("public-investment projects")
        constraints = (once_per_source("project_once"),)
        indexes = (
            models.Index(name="project_of_year", fields=("realm", "year", "progress")),
            models.Index(name="project_by_unit", fields=("realm", "unit")),
            models.Index(name="project_by_investor", fields=("realm", "investor_department")),
            models.Index(name="project_by_commune", fields=("realm", "investor_unit")),
        )

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name, "en": self.name_en or self.name}


class ProjectVersion(StateHistory):
    """One report of a project, as it was sent: what had been paid out by the end of its month."""

    class Meta:
        verbose_name = _("report of a project")
        verbose_name_plural = _("reports of a project")
        constraints = (
            models.UniqueConstraint(name="project_version_once", fields=("record_id", "as_of", "version", "digest")),
        )
        indexes = (models.Index(name="project_version_of", fields=("record_id", "-as_of", "-version")),)
