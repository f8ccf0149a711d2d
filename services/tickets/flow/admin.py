"""Checklists and standard texts in the admin: edited there, each change in the audit; running tickets keep theirs."""

from typing import Any

from django.contrib import admin

from services.directory.admin.base import AuditedAdmin
from services.tickets.flow.models import Checklist, ChecklistItem, StandardText


class _TemplateAdmin(AuditedAdmin):
    """A save makes what a program has read stale, also when only the items below changed."""

    def before_save(self, obj: Any) -> None:
        """Raise the version of a template that was there before."""
        obj.version += obj.pk is not None


class ChecklistItemInline(admin.TabularInline):  # type: ignore[type-arg]
    """The things to do."""

    model = ChecklistItem
    extra = 1


@admin.register(Checklist)
class ChecklistAdmin(_TemplateAdmin):
    """Checklists with their items."""

    list_display = ("title", "monitor", "category", "order", "active")
    list_filter = ("active", "monitor")
    search_fields = ("title", "title_en", "category")
    inlines = (ChecklistItemInline,)


@admin.register(StandardText)
class StandardTextAdmin(_TemplateAdmin):
    """Standard texts by category and state."""

    list_display = ("title", "monitor", "category", "state", "outcome", "public", "order", "active")
    list_filter = ("active", "public", "state")
    search_fields = ("title", "title_en", "text", "slug")
