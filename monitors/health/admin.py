"""Case reports and beds in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.health.models import Capacity, CaseReport
from services.kernel.admin import ReadOnlyAdmin


@admin.register(CaseReport)
class CaseReportAdmin(ReadOnlyAdmin):
    """Case reports, newest first."""

    list_display = ("id", "day", "disease", "unit", "suspected", "probable", "confirmed", "deaths", "reporter", "realm")
    list_filter = ("realm", "disease")
    exclude = ("digest",)
    ordering = ("-pk",)


@admin.register(Capacity)
class CapacityAdmin(ReadOnlyAdmin):
    """What facilities last said of their beds."""

    list_display = ("facility", "kind", "beds", "inpatients", "icu_beds", "icu", "free_slots", "as_of", "realm")
    list_filter = ("realm", "kind")
    exclude = ("digest",)
    ordering = ("facility",)
