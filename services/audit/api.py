"""The audit, for those who check others' work."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from services.audit.models import AuditEntry
from services.kernel.api import ListView
from services.kernel.filters import InstantFilter, RealmFilter


class AuditSerializer(serializers.ModelSerializer[AuditEntry]):
    """One deed as the API shows it; ``digest`` in hexadecimal."""

    detail = serializers.JSONField(help_text="ids, codes and states of the deed")
    digest = serializers.SerializerMethodField()

    class Meta:
        model = AuditEntry
        fields = ("id", "realm", "at", "verb", "target", "actor_id", "detail", "position", "digest")

    def get_digest(self, entry: AuditEntry) -> str | None:
        """Return the entry's place in the chain as hexadecimal text."""
        return bytes(entry.digest).hex() if entry.digest else None


class AuditFilter(django_filters.FilterSet):
    """By realm, verb, thing, account and time."""

    realm = RealmFilter()
    at_from = InstantFilter("at", "gte")
    at_to = InstantFilter("at", "lt")

    class Meta:
        model = AuditEntry
        fields = ("verb", "target", "actor_id")


class AuditList(ListView):
    """Who did what, newest first."""

    access = "audit.read"
    serializer_class = AuditSerializer
    filterset_class = AuditFilter
    export_name = "audit"
    queryset = AuditEntry.objects.all()

    def get_queryset(self) -> QuerySet[Any]:
        """Return every entry: whoever may read the audit reads all of it."""
        return AuditEntry.objects.all()
