"""Alerts in Django admin: to be looked at; what happens to them happens by verbs."""

from django.contrib import admin

from services.alerts.models import Alert, MaintenanceWindow
from services.kernel.admin import ReadOnlyAdmin


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """Read-only."""

    list_display = ("public_id", "realm", "monitor", "rule", "severity", "state", "opened_at", "count")
    list_filter = ("realm", "monitor", "state", "severity")
    search_fields = ("fingerprint", "public_id")


@admin.register(MaintenanceWindow)
class MaintenanceWindowAdmin(ReadOnlyAdmin):
    """Read-only: windows are set, ended and cancelled on their own page, where each deed is audited."""

    list_display = ("title", "realm", "monitor", "active_from", "active_until", "rrule", "cancelled_at")
    list_filter = ("realm", "monitor")
    search_fields = ("title", "public_id")
