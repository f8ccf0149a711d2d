"""Read API: ``/api/education/``. Filters as query parameters, CSV of exactly what the filter shows."""

from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from monitors.education.models import Attendance, School, Session, State
from monitors.education.schools import LEVEL_CHOICES
from monitors.education.selectors import visible_attendance, visible_schools
from services.directory.access import user_of
from services.kernel.api import ListView
from services.kernel.filters import BooleanFilter, InstantFilter


class SchoolFilter(filters.FilterSet):
    """``state``: absent, crowded, usual or unknown; ``heard_since``: first day of the newest report."""

    unit = filters.CharFilter("unit", max_length=5)
    code = filters.CharFilter("code", max_length=60)
    level = filters.MultipleChoiceFilter(choices=LEVEL_CHOICES)
    state = filters.MultipleChoiceFilter(choices=State.choices)
    standard = filters.NumberFilter("standard", min_value=0, max_value=2)
    boarding = BooleanFilter("boarding")
    heard_since = filters.DateFilter("heard_day", "gte")
    least_pupils = filters.NumberFilter("pupils", "gte", min_value=0, max_value=10**6)

    class Meta:
        model = School
        fields = ()


class SchoolSerializer(serializers.ModelSerializer[School]):
    """A school as it was last described, and how it stands. ``absent`` and ``usual`` are shares, 0 to 1."""

    longitude = serializers.FloatField(source="place.x", read_only=True)
    latitude = serializers.FloatField(source="place.y", read_only=True)

    class Meta:
        model = School
        fields = (
            "code",
            "name",
            "level",
            "unit",
            "longitude",
            "latitude",
            "classes",
            "pupils",
            "teachers",
            "standard",
            "boarding",
            "closed_on",
            "heard_day",
            "absent",
            "usual",
            "state",
            "as_of",
            "version",
        )
        read_only_fields = fields


class SchoolList(ListView):
    """Schools within the reader's reach: one statement a page."""

    access = "records.read"
    serializer_class = SchoolSerializer
    filterset_class = SchoolFilter
    export_name = "schools"
    queryset = School.objects.none()

    def get_queryset(self) -> QuerySet[School]:
        """Return what the reader may see."""
        return visible_schools(user_of(self.request))


class AttendanceFilter(filters.FilterSet):
    """``since`` and ``until``: first and last day; ``school_day=false``: what was sent of days without school."""

    since = filters.DateFilter("day", "gte")
    until = filters.DateFilter("day", "lte")
    received_since = InstantFilter("received_at", "gte")
    school = filters.CharFilter("school", max_length=60)
    unit = filters.CharFilter("unit", max_length=5)
    session = filters.ChoiceFilter(choices=Session.choices)
    school_day = BooleanFilter("school_day")

    class Meta:
        model = Attendance
        fields = ()


class AttendanceSerializer(serializers.ModelSerializer[Attendance]):
    """The attendance of one school on one day: numbers, never a pupil."""

    absent_excused = serializers.IntegerField(source="excused", read_only=True)

    class Meta:
        model = Attendance
        fields = (
            "id",
            "school",
            "day",
            "session",
            "unit",
            "expected",
            "present",
            "absent_excused",
            "school_day",
            "as_of",
            "version",
        )
        read_only_fields = fields


class AttendanceList(ListView):
    """Attendance within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = AttendanceSerializer
    filterset_class = AttendanceFilter
    export_name = "attendance"
    queryset = Attendance.objects.none()

    def get_queryset(self) -> QuerySet[Attendance]:
        """Return what the reader may see."""
        return visible_attendance(user_of(self.request))


class AttendanceDetail(RetrieveAPIView[Attendance]):
    """One school's attendance on one day."""

    access = "records.read"
    serializer_class = AttendanceSerializer
    queryset = Attendance.objects.none()

    def get_queryset(self) -> QuerySet[Attendance]:
        """Return what the reader may see; anything else is not found."""
        return visible_attendance(user_of(self.request))


urlpatterns = [
    path("education/schools/", SchoolList.as_view(), name="school-list"),
    path("education/attendance/", AttendanceList.as_view(), name="attendance-list"),
    path("education/attendance/<int:pk>/", AttendanceDetail.as_view(), name="attendance-detail"),
]
