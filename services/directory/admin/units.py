"""Units in the admin. A new name or a merger is an action with a date; here mistakes are corrected."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from services.directory.admin.base import AuditedAdmin
from services.directory.models import Unit, UnitSuccessor


class SuccessorInline(admin.TabularInline):  # type: ignore[type-arg]
    """What a unit became."""

    model = UnitSuccessor
    fk_name = "old"
    extra = 0
    autocomplete_fields = ("new",)


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    """Administrative units; boundaries come by ``import_boundaries``."""

    list_display = ("code", "full_name", "level", "parent", "valid_from", "valid_to", "approximate")
    list_filter = ("level", "kind", "approximate", "valid_from")
    list_select_related = ("parent",)
    search_fields = ("code", "name", "search_name")
    autocomplete_fields = ("parent",)
    inlines = (SuccessorInline,)
    fields = (
        ("code", "level", "kind"),
        ("name", "name_en"),
        "aliases",
        "parent",
        ("valid_from", "valid_to"),
        "approximate",
        ("lineage", "public_id"),
    )
    fixed = ("code", "level", "valid_from", "lineage", "public_id", "approximate")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return units without their shapes."""
        return super().get_queryset(request).defer("geometry", "outline")

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> tuple[str, ...]:
        """Return what tells a unit from every other: that never changes."""
        del request, obj
        return self.fixed

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: a unit needs a place, so it comes from a pack or from a merger."""
        del request
        return False

    def before_save(self, obj: Unit) -> None:
        """Keep what searching compares in step with the names."""
        obj.set_names(kind=obj.kind, name=obj.name, name_en=obj.name_en, aliases=list(obj.aliases))
