"""Incidents in Django admin: to be looked at."""

from django.contrib import admin

from services.incidents.models import Incident
from services.kernel.admin import ReadOnlyAdmin


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """Read-only."""

    list_display = ("public_id", "realm", "state", "severity", "members_count", "first_at", "last_at")
    list_filter = ("realm", "state")
