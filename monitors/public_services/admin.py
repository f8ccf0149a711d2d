"""Dossiers in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.public_services.models import Dossier
from services.kernel.admin import ReadOnlyAdmin


@admin.register(Dossier)
class DossierAdmin(ReadOnlyAdmin):
    """Dossiers, newest first."""

    list_display = ("external_id", "procedure_name", "department", "unit", "status", "due_at", "on_time", "realm")
    list_filter = ("realm", "status", "channel", "on_time")
    search_fields = ("external_id",)
    exclude = ("subject", "digest")
    ordering = ("-pk",)
