"""Special days in the admin; every change goes through the actions, so that the calendar's version rises."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from services.worktime import actions
from services.worktime.models import CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Days off and swapped working days."""

    list_display = ("date", "kind", "note")
    list_filter = ("kind",)
    date_hierarchy = "date"
    search_fields = ("note",)

    def get_readonly_fields(self, _request: HttpRequest, obj: CalendarDay | None = None) -> tuple[str, ...]:
        """Return the date once it is saved: another date is another day."""
        return ("date",) if obj else ()

    def save_model(self, request: HttpRequest, obj: CalendarDay, _form: object, _change: bool) -> None:
        """Save through the action."""
        obj.pk = actions.set_day(day=obj.date, kind=obj.kind, note=obj.note, acting_user=request.user).pk

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        """Remove through the action."""
        actions.remove_day(day=obj.date, acting_user=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        """Remove each through the action."""
        for day in queryset:
            self.delete_model(request, day)
