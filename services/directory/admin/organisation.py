"""Departments, positions and the ladder in the admin."""

from django.contrib import admin

from services.directory.admin.base import AuditedAdmin
from services.directory.models import Department, Position, Rung


@admin.register(Department)
class DepartmentAdmin(AuditedAdmin):
    """Departments in their order of protocol."""

    list_display = ("order", "name", "short_name", "slug", "agency_code", "valid_from", "valid_to")
    list_display_links = ("name",)
    search_fields = ("name", "short_name", "slug", "agency_code")


class RungInline(admin.TabularInline):  # type: ignore[type-arg]
    """Where a position stands on the ladder, and when."""

    model = Rung
    extra = 0


@admin.register(Position)
class PositionAdmin(AuditedAdmin):
    """Positions with their rungs."""

    list_display = ("title", "slug", "scope", "unit_level")
    list_filter = ("scope",)
    search_fields = ("title", "title_en", "slug")
    inlines = (RungInline,)


@admin.register(Rung)
class RungAdmin(AuditedAdmin):
    """The ladder, by period and order."""

    list_display = ("order", "position", "valid_from", "valid_to")
    list_filter = ("valid_from",)
    list_select_related = ("position",)
    ordering = ("-valid_from", "order", "position__slug")
