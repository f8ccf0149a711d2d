"""Duty rosters in the admin."""

from django.contrib import admin

from services.directory.admin.base import AuditedAdmin
from services.directory.models import DutyRoster, DutyShift


@admin.register(DutyRoster)
class DutyRosterAdmin(AuditedAdmin):
    """Rosters; their shifts have a page of their own, there are many."""

    list_display = ("name", "slug", "department")
    list_select_related = ("department",)
    search_fields = ("name", "slug")


@admin.register(DutyShift)
class DutyShiftAdmin(AuditedAdmin):
    """Shifts, the latest first."""

    list_display = ("roster", "person", "starts", "ends")
    list_filter = ("roster",)
    list_select_related = ("roster", "person")
    date_hierarchy = "starts"
    ordering = ("-starts",)
    autocomplete_fields = ("roster", "person")
