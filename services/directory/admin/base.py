"""What all admin pages of the directory share: each change writes the audit in its own transaction."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from services.audit.actions import record


class AuditedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page whose saves and deletions are recorded; Django runs each of them in one transaction."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Save, and record which fields changed (their names only: values may be personal)."""
        self.before_save(obj)
        super().save_model(request, obj, form, change)
        verb = "change" if change else "add"
        record(verb=verb, target=obj, acting_user=request.user, detail={"fields": sorted(form.changed_data)})

    def before_save(self, obj: Any) -> None:
        """Fill in what follows from the fields a person edits."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows edited below the page and record them."""
        super().save_formset(request, form, formset, change)
        edited = {"add": formset.new_objects, "change": [row for row, _ in formset.changed_objects]}
        for verb, rows in {**edited, "delete": formset.deleted_objects}.items():
            for row in rows:
                record(verb=verb, target=f"{row._meta.model_name}:{row.pk}", acting_user=request.user)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Record, then delete."""
        record(verb="delete", target=obj, acting_user=request.user)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete each through ``delete_model``."""
        for row in queryset:
            self.delete_model(request, row)
