"""A citizen's report and what became of it."""

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.directory.models import Subject
from services.kernel.ids import new_public_code, new_public_id
from services.kernel.models import RealmField
from services.kernel.records import Record, once_per_source


class Status(models.TextChoices):
    """Where a report stands, in the public's words. It follows the ticket; nobody sets it by hand."""

    RECEIVED = "received", _("received")
    ROUTED = "routed", _("sent to the office in charge")
    IN_PROGRESS = "in_progress", _("being worked on")
    DONE = "done", _("fixed")
    NOT_FIXED = "not_fixed", _("closed, not fixed")
    CLOSED = "closed", _("closed without work")


FINISHED = (Status.DONE, Status.NOT_FIXED, Status.CLOSED)
AWAITING = Q(assigned_at=None, closed_at=None, historical=False)
"""No office has taken it on yet. What was filled in later has no ticket, so nobody awaits it."""


class Report(Record):
    """One report. ``raw`` is what was sent without the reporter, who stands in ``directory.Subject`` alone.

    ``code`` is the citizen's key to the follow page: never in a finding, tile, list or log. ``unit`` and ``department``
    are who is to handle it; ``assigned_at`` is when an office took it on, ``closed_at`` when it was closed.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    code = models.CharField(max_length=20, default=new_public_code, unique=True, editable=False)
    category = models.CharField(max_length=60, blank=True, default="")
    urgent = models.BooleanField(default=False)
    description = models.TextField()
    place = models.PointField(srid=4326, null=True)
    address = models.CharField(max_length=300, blank=True, default="")
    unit_suggested = models.BooleanField(
        default=False, help_text=_("found from the place on approximate boundaries: a dispatcher confirms it")
    )
    subject = models.ForeignKey(Subject, models.SET_NULL, to_field="public_id", null=True, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    status_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    public_text = models.TextField(blank=True, default="")
    ticket = models.CharField(max_length=36, blank=True, default="", help_text=_("public id of the latest ticket"))
    followed_at = models.DateTimeField(null=True, help_text=_("instant of the latest change of the ticket heard of"))

    class Meta:
        verbose_name = _("field report")
        verbose_name_plural = _("field reports")
        constraints = (once_per_source("report_once"),)
        indexes = (
            models.Index(name="report_by_time", fields=("realm", "occurred_at")),
            models.Index(name="report_by_place", fields=("realm", "unit", "category", "occurred_at")),
            models.Index(name="report_assigned", fields=("realm", "assigned_at")),
            models.Index(
                name="report_awaiting",
                fields=("realm", "department"),
                condition=AWAITING,
            ),
        )

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def lon_lat(self) -> tuple[float, float] | None:
        """Longitude and latitude in degrees, None when no place was given."""
        return (self.place.x, self.place.y) if isinstance(self.place, Point) else None


class StatusEvent(models.Model):
    """A step a report took: append-only, what the follow page tells. ``text`` is meant for the public."""

    realm = RealmField()
    report = models.ForeignKey(Report, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status)
    unit = models.CharField(max_length=5, blank=True, default="")
    department = models.CharField(max_length=60, blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("step of a report")
        verbose_name_plural = _("steps of a report")
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(name="report_step_once", fields=("report", "at", "status")),)

    def __str__(self) -> str:
        return f"{self.status} {self.at:%Y-%m-%d %H:%M}"
