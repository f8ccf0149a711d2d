"""Read API: ``/api/field-reports/``. Filters as query parameters, CSV of exactly what the filter shows."""

from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from monitors.field_reports.models import AWAITING, Report, Status
from monitors.field_reports.selectors import visible_reports
from services.directory.access import user_of
from services.kernel.api import ListView
from services.kernel.filters import BooleanFilter, InstantFilter


class ReportFilter(filters.FilterSet):
    """``awaiting=true``: no office has taken it on yet."""

    since = InstantFilter("occurred_at", "gte")
    until = InstantFilter("occurred_at", "lte")
    category = filters.CharFilter("category", max_length=60)
    unit = filters.CharFilter("unit", max_length=5)
    department = filters.CharFilter("department", max_length=60)
    status = filters.MultipleChoiceFilter(choices=Status.choices)
    urgent = BooleanFilter("urgent")
    awaiting = BooleanFilter(method="filter_awaiting")

    class Meta:
        model = Report
        fields = ()

    def filter_awaiting(self, reports: QuerySet[Report], _name: str, value: bool) -> QuerySet[Report]:
        """Keep the reports that await an office, or those that don't."""
        return reports.filter(AWAITING) if value else reports.exclude(AWAITING)


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report as staff see it: never the reporter, never the citizen's code."""

    lon = serializers.FloatField(source="place.x", default=None, read_only=True)
    lat = serializers.FloatField(source="place.y", default=None, read_only=True)

    class Meta:
        model = Report
        fields = (
            "public_id",
            "occurred_at",
            "received_at",
            "category",
            "urgent",
            "description",
            "address",
            "lon",
            "lat",
            "unit",
            "unit_suggested",
            "department",
            "status",
            "status_at",
            "assigned_at",
            "closed_at",
            "due_at",
            "outcome",
            "public_text",
            "ticket",
        )
        read_only_fields = fields


class ReportList(ListView):
    """Field reports within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    export_name = "field-reports"
    queryset = Report.objects.none()

    def get_queryset(self) -> QuerySet[Report]:
        """Return what the reader may see."""
        return visible_reports(user_of(self.request))


class ReportDetail(RetrieveAPIView[Report]):
    """One field report."""

    access = "records.read"
    serializer_class = ReportSerializer
    queryset = Report.objects.none()
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Report]:
        """Return what the reader may see; anything else is not found."""
        return visible_reports(user_of(self.request))


urlpatterns = [
    path("field-reports/", ReportList.as_view(), name="field-report-list"),
    path("field-reports/<uuid:public_id>/", ReportDetail.as_view(), name="field-report-detail"),
]
