"""Security events in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.cybersecurity.models import Event
from services.kernel.admin import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Events, newest first."""

    list_display = ("id", "occurred_at", "event_type", "threat", "host", "signature", "level", "sensor", "realm")
    list_filter = ("realm", "threat")
    exclude = ("digest",)
    ordering = ("-pk",)
