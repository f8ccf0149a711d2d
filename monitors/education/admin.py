"""Schools and attendance in Django's admin: to look at, never to change."""

from django.contrib import admin

from monitors.education.models import Attendance, School
from services.kernel.admin import ReadOnlyAdmin


@admin.register(School)
class SchoolAdmin(ReadOnlyAdmin):
    """Schools as they were last described."""

    list_display = ("code", "name", "level", "unit", "classes", "pupils", "teachers", "standard", "state", "realm")
    list_filter = ("realm", "level", "state")
    exclude = ("digest",)
    ordering = ("code",)


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin):
    """Attendance, newest first."""

    list_display = ("id", "day", "school", "unit", "expected", "present", "excused", "school_day", "as_of", "realm")
    list_filter = ("realm", "school_day")
    exclude = ("digest",)
    ordering = ("-pk",)
