"""Incidents and their members."""

from typing import Final

from django.contrib.gis.db import models
from django.db.models import Q

from services.alerts.models import Alert
from services.contract import SEVERITIES
from services.directory.models import User
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField

OPEN: Final = "open"
CLOSED: Final = "closed"
MERGED: Final = "merged"
STATES: Final = [(state, state) for state in (OPEN, CLOSED, MERGED)]
AUTO: Final = "auto"
PERSON: Final = "person"


class Incident(models.Model):
    """What several alerts of one place and time tell of. Everything but its members follows from them.

    Open while a member is; ``severity`` is the worst of the open ones (of all, when none is). ``title`` is the title of
    the worst member, of equals the oldest. An incident hides no alert: it is a way to look at them.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    state = models.CharField(max_length=8, choices=STATES, default=OPEN)
    severity = models.SmallIntegerField(choices=list(enumerate(SEVERITIES)), default=0)
    title = models.JSONField(default=dict, help_text="{msgid, params}")
    members_count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(help_text="when the first member was opened")
    last_at = models.DateTimeField(help_text="when a member was last heard of")
    place = models.PointField(null=True, srid=4326, help_text="the middle of its members")
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(name="incident_open", fields=("realm", "id"), condition=Q(state=OPEN)),
            models.Index(name="incident_realm", fields=("realm", "id")),
        )

    def __str__(self) -> str:
        return f"incident {self.public_id} ({self.state})"

    @property
    def severity_name(self) -> str:
        """The severity as everybody outside the database calls it."""
        return SEVERITIES[self.severity]


class Member(models.Model):
    """An alert in an incident. What a person added or took out, place and time no longer move."""

    id = models.BigAutoField(primary_key=True)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="members")
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="+")
    origin = models.CharField(max_length=8, choices=[(AUTO, AUTO), (PERSON, PERSON)], default=AUTO)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    taken_out_at = models.DateTimeField(null=True)
    taken_out_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="member_once", fields=("alert",), condition=Q(taken_out_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.alert_id} in {self.incident_id}"
