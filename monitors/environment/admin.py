"""Observations in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.environment.models import LatestValue, Observation
from services.kernel.admin import ReadOnlyAdmin


@admin.register(Observation)
class ObservationAdmin(ReadOnlyAdmin):
    """Observations, newest first."""

    list_display = ("id", "occurred_at", "station", "prop", "value", "measure", "quality", "flaw", "realm")
    list_filter = ("realm", "prop", "quality")
    exclude = ("digest",)
    ordering = ("-pk",)


@admin.register(LatestValue)
class LatestValueAdmin(ReadOnlyAdmin):
    """The latest value of every sensor."""

    list_display = ("station", "prop", "value", "measure", "quality", "flaw", "occurred_at", "realm")
    list_filter = ("realm", "prop", "quality")
    ordering = ("station", "prop")
