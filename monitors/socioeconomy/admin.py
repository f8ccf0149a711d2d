"""Projects in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.socioeconomy.models import Project
from services.kernel.admin import ReadOnlyAdmin


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    """Projects, newest first."""

    list_display = ("id", "code", "year", "name", "investor", "plan", "disbursed", "month", "progress", "realm")
    list_filter = ("realm", "year", "progress", "group")
    exclude = ("digest",)
    ordering = ("-pk",)
