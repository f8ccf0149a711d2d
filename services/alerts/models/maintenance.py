"""Maintenance set ahead: while it lasts, the alerts that it explains are recorded and shown to nobody."""

from django.contrib.gis.db import models
from django.db.models import F, Q

from services.directory.models import Unit, User
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField


class MaintenanceWindow(models.Model):
    """Work that is announced: which alerts it explains, and when it happens, once or again and again.

    ``starts`` and ``ends`` are its first time; ``rrule`` (RFC 5545, counted on the province's calendar) repeats it.
    ``active_from`` and ``active_until`` are the present time, or the next one; both null when none is to come. An alert
    is explained when every criterion that is given fits. A critical alert is explained only where ``critical_too``.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    monitor = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=80, blank=True)
    category = models.CharField(max_length=60, blank=True)
    fingerprint_prefix = models.CharField(
        max_length=300, blank=True, help_text="of a source or a station: how the alerts' fingerprints begin"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PointField(null=True, blank=True, srid=4326)
    metres = models.PositiveIntegerField(null=True, blank=True, help_text="around the place")
    critical_too = models.BooleanField(default=False)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    rrule = models.CharField(max_length=200, blank=True)
    active_from = models.DateTimeField(null=True)
    active_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1, help_text="rises with every change, so that a stale edit is seen")
    cancelled_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="when its timer looks at it: the present time's end")

    class Meta:
        constraints = (
            models.CheckConstraint(name="maintenance_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(
                name="maintenance_place_has_radius",
                condition=Q(place=None, metres=None) | Q(place__isnull=False, metres__isnull=False),
            ),
        )
        indexes = (
            models.Index(name="maintenance_active", fields=("realm", "active_from", "active_until")),
            models.Index(name="maintenance_due", fields=("due_at",), condition=Q(due_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def mark(self) -> str:
        """What its alerts say they are suppressed by."""
        return f"maintenance:{self.public_id}"
