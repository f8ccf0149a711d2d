"""Alerts, and the rows by which they tell the tickets above them what changed."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q

from services.alerts import workflow
from services.contract import SEVERITIES
from services.directory.models import Department, Unit, User
from services.kernel.ids import new_public_id
from services.kernel.models import RealmField

EVIDENCE_KEPT = 200
"""Ids of the newest records an alert names; "Why?" finds the rest through the rule's query."""


class Alert(models.Model):
    """One condition or happening that somebody should know of. At most one open alert per realm and fingerprint.

    ``severity`` is the rank 0 (info) to 4 (critical) and only rises while open. ``generation`` rises on acknowledge,
    resolve and reopen, so that whatever was prepared for an earlier life is void.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    realm = RealmField()
    monitor = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    rule_version = models.PositiveIntegerField(default=1)
    clears = models.BooleanField(default=True)
    fingerprint = models.CharField(max_length=300)
    severity = models.SmallIntegerField(choices=list(enumerate(SEVERITIES)))
    severity_before = models.SmallIntegerField(default=0, help_text="as it was before the latest finding")
    category = models.CharField(max_length=60, blank=True)
    title = models.JSONField(help_text="{msgid, params}")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    place = models.PointField(null=True, srid=4326)
    deadline = models.JSONField(null=True, help_text="the period the finding's own rules promise")
    evidence = ArrayField(models.BigIntegerField(), default=list)
    count = models.BigIntegerField(default=1)
    state = models.CharField(max_length=12, choices=workflow.STATE_CHOICES, default=workflow.ACTIVE)
    historical = models.BooleanField(default=False, help_text="recorded from a backfill or too old: escalates nothing")
    opened_at = models.DateTimeField()
    last_seen = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    cleared_seen = models.DateTimeField(
        null=True, help_text="since when the condition is gone; older findings are late news"
    )
    shelved_until = models.DateTimeField(null=True)
    shelved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    suppressed_by = models.CharField(max_length=120, blank=True)
    generation = models.PositiveIntegerField(default=1)
    previous = models.ForeignKey("self", models.SET_NULL, null=True, related_name="next_ones")
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged")
    swings = ArrayField(
        models.DateTimeField(),
        default=list,
        help_text="when the condition came, newest last: what chattering is told by",
    )
    latched_at = models.DateTimeField(null=True, help_text="since when it flaps and stays one alert")
    gone_at = models.DateTimeField(null=True, help_text="of a latched one: since when the condition seems gone")
    correlate_at = models.DateTimeField(null=True, help_text="when its place among incidents is looked at")
    due_at = models.DateTimeField(
        null=True, help_text="when its timer looks at it: shelf expiry, hold of a resolve, closing, off-delay"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="alert_open_once", fields=("realm", "fingerprint"), condition=Q(state__in=workflow.OPEN)
            ),
        )
        indexes = (
            models.Index(name="alert_fingerprint", fields=("realm", "fingerprint", "-ended_at")),
            models.Index(name="alert_open", fields=("realm", "monitor"), condition=Q(state__in=workflow.OPEN)),
            models.Index(name="alert_due", fields=("due_at",), condition=Q(due_at__isnull=False)),
            models.Index(name="alert_correlate", fields=("correlate_at",), condition=Q(correlate_at__isnull=False)),
            models.Index(name="alert_suppressed", fields=("realm", "suppressed_by"), condition=~Q(suppressed_by="")),
            models.Index(name="alert_unit", fields=("unit", "id")),
            models.Index(name="alert_department", fields=("department", "id")),
        )

    def __str__(self) -> str:
        return f"{self.fingerprint} ({self.state})"

    @property
    def severity_name(self) -> str:
        """The severity as everybody outside the database calls it."""
        return SEVERITIES[self.severity]

    @property
    def is_open(self) -> bool:
        """True while the same fingerprint would be counted on this alert."""
        return self.state in workflow.OPEN


class AlertChange(models.Model):
    """Something happened to an alert that tickets must hear of; claimed and marked done by them."""

    RAISED, SEVERITY, ACKNOWLEDGED = "raised", "severity", "acknowledged"
    CLEARED, RESOLVED, REOPENED, MERGED = "cleared", "resolved", "reopened", "merged"
    SHELVED, UNSHELVED, SUPPRESSED = "shelved", "unshelved", "suppressed"
    RELEASED, LATCHED, UNLATCHED = "released", "latched", "unlatched"

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12)
    generation = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True)
    cause = models.CharField(max_length=120, blank=True, help_text="of a suppression and its end: by what")
    due_at = models.DateTimeField(help_text="when it is to be worked on: at once, later after a failure")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(name="alert_change_due", fields=("due_at",), condition=Q(done_at__isnull=True)),
            models.Index(name="alert_change_at", fields=("realm", "at")),
        )

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind}"
