"""The audit's rows. Content never changes; only the chainer fills a row's place in the chain."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from services.kernel.models import RealmField


class AuditEntry(models.Model):
    """One deed. ``actor_id`` is an account's id (none: the system); ``target`` reads ``ticket:<public id>``.

    ``detail`` carries ids, codes and states, never a citizen's words or personal values. ``position`` and ``digest``
    make the realm's chain: sha256 over the previous digest and this row's canonical JSON; empty until the chainer
    came by.
    """

    partition_by = "at"

    id = models.BigAutoField(primary_key=True)
    realm = RealmField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=120)
    actor_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True)
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = (
            models.Index(name="audit_target", fields=("target", "at")),
            models.Index(name="audit_unchained", fields=("id",), condition=Q(position__isnull=True)),
            models.Index(name="audit_chain", fields=("realm", "position")),
            BrinIndex(name="audit_at", fields=("at",)),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.target}"


class ChainHead(models.Model):
    """Where a realm's chain ends; its row is the lock that lets one chainer at a time go on."""

    realm = models.CharField(primary_key=True, max_length=40)
    position = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=bytes)

    def __str__(self) -> str:
        return f"{self.realm} {self.position}"
