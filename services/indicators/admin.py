"""Publications of monitors in Django's admin: to look at, never to change."""

from django.contrib import admin

from services.indicators.models import PublishRun
from services.kernel.admin import ReadOnlyAdmin


@admin.register(PublishRun)
class PublishRunAdmin(ReadOnlyAdmin):
    """When each monitor last published, and what went wrong since."""

    list_display = ("monitor", "realm", "ran_at", "count", "due_at", "error")
    list_filter = ("realm", "monitor")
    ordering = ("monitor", "realm")
