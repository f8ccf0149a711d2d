"""Citizens' values in the admin: nobody browses or edits them here, but they can be erased on request."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.directory.actions import erase_subject
from services.directory.models import Subject, User


@admin.register(Subject)
class SubjectAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Subjects by their id alone."""

    list_display = ("public_id", "kind", "realm", "erased_at")
    list_filter = ("kind", "realm")
    search_fields = ("=public_id",)
    fields = ("public_id", "kind", "realm", "erased_at")
    readonly_fields = fields
    actions = ("erase",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: subjects come with what they sent."""
        del request
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Subject | None = None) -> bool:
        """Return False: erasing the values is the way, so that what refers to them keeps its meaning."""
        del request, obj
        return False

    @admin.action(description=_("Erase the personal values for good"))
    def erase(self, request: HttpRequest, queryset: QuerySet[Subject]) -> None:
        """Erase the chosen subjects' values."""
        by = request.user if isinstance(request.user, User) else None
        for subject in queryset:
            erase_subject(subject=subject, acting_user=by)
