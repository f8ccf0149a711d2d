"""Records of tourism in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.tourism.models import Complaint, Festival, LodgingDay, SiteState
from services.kernel.admin import ReadOnlyAdmin


@admin.register(LodgingDay)
class LodgingDayAdmin(ReadOnlyAdmin):
    """Lodging declarations, newest first."""

    list_display = ("id", "day", "establishment", "unit", "rooms", "occupied", "guests", "arrivals", "realm")
    list_filter = ("realm", "kind")
    exclude = ("digest",)
    ordering = ("-pk",)


@admin.register(SiteState)
class SiteStateAdmin(ReadOnlyAdmin):
    """How full sites are."""

    list_display = ("site", "unit", "present", "capacity", "counted_at", "realm")
    list_filter = ("realm",)
    ordering = ("site",)


@admin.register(Festival)
class FestivalAdmin(ReadOnlyAdmin):
    """Events, the next ones first."""

    list_display = ("name", "site", "starts", "ends", "expected", "cancelled", "realm")
    list_filter = ("realm",)
    exclude = ("digest",)
    ordering = ("-starts",)


@admin.register(Complaint)
class ComplaintAdmin(ReadOnlyAdmin):
    """Complaints, newest first."""

    list_display = ("external_id", "about", "kind", "occurred_at", "due_at", "settled_at", "realm")
    list_filter = ("realm", "kind")
    exclude = ("digest",)
    ordering = ("-pk",)
