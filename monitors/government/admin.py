"""Tasks in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.government.models import Task
from services.kernel.admin import ReadOnlyAdmin


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    """Tasks, those due first on top."""

    list_display = ("document", "title", "department", "unit", "due_on", "progress", "state", "completed_on", "realm")
    list_filter = ("realm", "state", "department")
    search_fields = ("document", "title")
    exclude = ("digest",)
    ordering = ("due_on",)
