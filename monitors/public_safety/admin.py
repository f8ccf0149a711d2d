"""Records in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.public_safety.models import CameraCheck, CameraEvent, CameraState, EventReview, Incident, TrafficCount
from services.kernel.admin import ReadOnlyAdmin


@admin.register(CameraEvent)
class CameraEventAdmin(ReadOnlyAdmin):
    """Camera events, newest first."""

    list_display = ("id", "occurred_at", "camera", "kind", "confidence", "ended_at", "realm")
    list_filter = ("realm", "kind")
    exclude = ("digest",)
    ordering = ("-pk",)


@admin.register(EventReview)
class EventReviewAdmin(ReadOnlyAdmin):
    """What people said of camera events."""

    list_display = ("id", "at", "event", "state", "by", "realm")
    list_filter = ("realm", "state")
    ordering = ("-pk",)


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """Incidents, newest first."""

    list_display = ("id", "occurred_at", "kind", "category", "deaths", "injuries", "cleared", "unit", "realm")
    list_filter = ("realm", "kind", "cleared")
    exclude = ("digest",)
    ordering = ("-pk",)


@admin.register(TrafficCount)
class TrafficCountAdmin(ReadOnlyAdmin):
    """Traffic counts, newest first."""

    list_display = ("id", "occurred_at", "road", "minutes", "vehicles", "speed", "realm")
    list_filter = ("realm", "road")
    exclude = ("digest",)
    ordering = ("-pk",)


@admin.register(CameraCheck)
class CameraCheckAdmin(ReadOnlyAdmin):
    """Checks of cameras, newest first."""

    list_display = ("id", "occurred_at", "camera", "state", "reason", "seen", "realm")
    list_filter = ("realm", "state")
    exclude = ("digest",)
    ordering = ("-pk",)


@admin.register(CameraState)
class CameraStateAdmin(ReadOnlyAdmin):
    """How every camera stands."""

    list_display = ("camera", "state", "reason", "since", "checked_at", "realm")
    list_filter = ("realm", "state")
    exclude = ("grid",)
    ordering = ("camera",)
