"""Reports in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.field_reports.models import Report, StatusEvent
from services.kernel.admin import ReadOnlyAdmin, ReadOnlyInline


class StatusEventInline(ReadOnlyInline):
    """The steps a report took."""

    model = StatusEvent


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Reports by time."""

    list_display = ("public_id", "occurred_at", "category", "unit", "department", "status", "realm")
    list_filter = ("realm", "status", "urgent")
    exclude = ("code", "subject", "digest")
    inlines = (StatusEventInline,)
    ordering = ("-pk",)
