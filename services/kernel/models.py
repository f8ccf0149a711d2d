"""Tables of the kernel: realms with their clocks, leases, idempotency keys, and what the machine's clock did."""

from typing import Any

from django.db import models
from django.db.models import Q

LIVE = "live"
DEMO = "demo"


class Realm(models.Model):
    """A world of its own: ``live``, ``demo`` or ``drill-N``. Every root row names one; wiping one removes it whole."""

    name = models.CharField(primary_key=True, max_length=40)
    clock_offset = models.DurationField(help_text="added to the database's clock; always 0 for live")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="realm_live_clock_is_true", condition=~Q(name=LIVE) | Q(clock_offset="00:00:00")
            ),
            models.CheckConstraint(name="realm_name", condition=Q(name__regex=r"^(live|demo|drill-[0-9a-z-]{1,30})$")),
        )

    def __str__(self) -> str:
        return self.name


class RealmField(models.CharField):  # type: ignore[type-arg]
    """The realm of a root row: text, no foreign key, since it leads the unique keys of partitioned tables too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40, **kwargs})


class Lease(models.Model):
    """Who may act as the one holder of a name, until when, by the database's clock; ``term`` fences late writers."""

    name = models.CharField(primary_key=True, max_length=80)
    holder = models.CharField(max_length=120)
    term = models.BigIntegerField(default=0)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} ({self.holder}, term {self.term})"


class IdempotencyKey(models.Model):
    """The answer to a POST that carried ``Idempotency-Key``, so that its repetition changes nothing."""

    owner = models.CharField(max_length=80, help_text="user or token that sent it")
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    digest = models.BinaryField(max_length=32)
    status = models.SmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="idempotency_once", fields=("owner", "key", "path")),)

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"


class ClockTick(models.Model):
    """The last look at a machine's clocks: a wall clock that leaps against the uptime clock pauses live escalation."""

    boot = models.CharField(primary_key=True, max_length=64, help_text="the machine's boot id")
    uptime = models.FloatField(help_text="seconds since boot, suspend included")
    wall = models.DateTimeField(help_text="the database's clock at that look")
    paused_at = models.DateTimeField(null=True)
    leap = models.FloatField(default=0, help_text="seconds the wall clock leapt by")

    def __str__(self) -> str:
        return self.boot
