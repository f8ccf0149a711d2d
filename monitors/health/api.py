"""Read API: ``/api/health/``. Filters as query parameters, CSV of exactly what the filter shows."""

from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from monitors.health.diseases import EVERY, diseases
from monitors.health.models import Capacity, CaseReport
from monitors.health.selectors import visible_capacities, visible_reports
from services.directory.access import user_of
from services.kernel.api import ListView
from services.kernel.filters import InstantFilter

DISEASES = [(code, disease.name["en"]) for code, disease in diseases().items()] + [(EVERY, "nothing else")]


class CaseReportFilter(filters.FilterSet):
    """``since`` and ``until``: first and last day of the cases; ``disease``: a code, ``all`` for general reports."""

    since = filters.DateFilter("day", "gte")
    until = filters.DateFilter("day", "lte")
    heard_since = InstantFilter("heard_at", "gte")
    disease = filters.MultipleChoiceFilter(choices=DISEASES)
    unit = filters.CharFilter("unit", max_length=5)
    reporter = filters.CharFilter("reporter", max_length=60)
    cluster = filters.CharFilter("cluster", max_length=60)
    least_cases = filters.NumberFilter("cases", "gte", min_value=0, max_value=10**6)

    class Meta:
        model = CaseReport
        fields = ()


class CaseReportSerializer(serializers.ModelSerializer[CaseReport]):
    """A case report as it stands: numbers, never a patient."""

    class Meta:
        model = CaseReport
        fields = (
            "id",
            "disease",
            "unit",
            "reported_unit",
            "first_day",
            "day",
            "suspected",
            "probable",
            "confirmed",
            "deaths",
            "cases",
            "cluster",
            "ages",
            "reporter",
            "reporting_unit",
            "detected_at",
            "due_at",
            "heard_at",
            "as_of",
            "version",
        )
        read_only_fields = fields


class CaseReportList(ListView):
    """Case reports within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = CaseReportSerializer
    filterset_class = CaseReportFilter
    export_name = "case-reports"
    queryset = CaseReport.objects.none()

    def get_queryset(self) -> QuerySet[CaseReport]:
        """Return what the reader may see."""
        return visible_reports(user_of(self.request))


class CaseReportDetail(RetrieveAPIView[CaseReport]):
    """One case report."""

    access = "records.read"
    serializer_class = CaseReportSerializer
    queryset = CaseReport.objects.none()

    def get_queryset(self) -> QuerySet[CaseReport]:
        """Return what the reader may see; anything else is not found."""
        return visible_reports(user_of(self.request))


class CapacityFilter(filters.FilterSet):
    """``kind``: hospital, fever_clinic, centre or station."""

    since = InstantFilter("as_of", "gte")
    facility = filters.CharFilter("facility", max_length=60)
    kind = filters.CharFilter("kind", max_length=20)
    unit = filters.CharFilter("unit", max_length=5)

    class Meta:
        model = Capacity
        fields = ()


class CapacitySerializer(serializers.ModelSerializer[Capacity]):
    """What a facility last said of its beds. ``free_slots`` is only as good as ``as_of`` is fresh."""

    class Meta:
        model = Capacity
        fields = ("facility", "kind", "unit", "beds", "inpatients", "icu_beds", "icu", "free_slots", "as_of", "version")
        read_only_fields = fields


class CapacityList(ListView):
    """Beds of the facilities within the reader's reach: one statement a page."""

    access = "records.read"
    serializer_class = CapacitySerializer
    filterset_class = CapacityFilter
    export_name = "capacity"
    queryset = Capacity.objects.none()

    def get_queryset(self) -> QuerySet[Capacity]:
        """Return what the reader may see."""
        return visible_capacities(user_of(self.request))


urlpatterns = [
    path("health/capacity/", CapacityList.as_view(), name="capacity-list"),
    path("health/", CaseReportList.as_view(), name="case-report-list"),
    path("health/<int:pk>/", CaseReportDetail.as_view(), name="case-report-detail"),
]
