"""API: ``/api/public-safety/``. Incidents and traffic here, cameras in ``watching/api.py``: lists, filters and CSV."""

from django.db.models import QuerySet
from django.urls import include, path
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from monitors.public_safety.models import Incident, IncidentKind, TrafficCount
from monitors.public_safety.selectors import visible_incidents, visible_traffic
from monitors.public_safety.watching.api import urlpatterns as camera_addresses
from services.directory.access import user_of
from services.kernel.api import ListView
from services.kernel.filters import BooleanFilter, InstantFilter


class IncidentFilter(filters.FilterSet):
    """By kind, time, commune, and whether it is cleared up."""

    since = InstantFilter("occurred_at", "gte")
    until = InstantFilter("occurred_at", "lte")
    kind = filters.MultipleChoiceFilter(choices=IncidentKind.choices)
    category = filters.CharFilter("category", max_length=60)
    unit = filters.CharFilter("unit", max_length=5)
    cleared = BooleanFilter("cleared")

    class Meta:
        model = Incident
        fields = ()


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """An accident, a crime or a fire."""

    lon = serializers.FloatField(source="place.x", default=None, allow_null=True, read_only=True)
    lat = serializers.FloatField(source="place.y", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Incident
        fields = (
            "public_id",
            "external_id",
            "occurred_at",
            "as_of",
            "kind",
            "category",
            "deaths",
            "injuries",
            "cleared",
            "road",
            "lon",
            "lat",
            "unit",
            "department",
        )
        read_only_fields = fields


class IncidentList(ListView):
    """Incidents within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = IncidentSerializer
    filterset_class = IncidentFilter
    export_name = "incidents"
    queryset = Incident.objects.none()

    def get_queryset(self) -> QuerySet[Incident]:
        """Return what the reader may see."""
        return visible_incidents(user_of(self.request))


class IncidentDetail(RetrieveAPIView[Incident]):
    """One incident."""

    access = "records.read"
    serializer_class = IncidentSerializer
    queryset = Incident.objects.none()
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Incident]:
        """Return what the reader may see; anything else is not found."""
        return visible_incidents(user_of(self.request))


class TrafficFilter(filters.FilterSet):
    """By road section, commune and time."""

    since = InstantFilter("occurred_at", "gte")
    until = InstantFilter("occurred_at", "lte")
    road = filters.CharFilter("road", max_length=60)
    unit = filters.CharFilter("unit", max_length=5)

    class Meta:
        model = TrafficCount
        fields = ()


class TrafficSerializer(serializers.ModelSerializer[TrafficCount]):
    """What was counted on a road section; ``speed`` in km/h."""

    class Meta:
        model = TrafficCount
        fields = ("id", "occurred_at", "minutes", "road", "vehicles", "speed", "unit", "department")
        read_only_fields = fields


class TrafficList(ListView):
    """Traffic counts within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = TrafficSerializer
    filterset_class = TrafficFilter
    export_name = "traffic-counts"
    queryset = TrafficCount.objects.none()

    def get_queryset(self) -> QuerySet[TrafficCount]:
        """Return what the reader may see."""
        return visible_traffic(user_of(self.request))


_BASE = "public-safety/"
urlpatterns = [
    path(_BASE, include(camera_addresses)),
    path(f"{_BASE}incidents/", IncidentList.as_view(), name="incident-list"),
    path(f"{_BASE}incidents/<uuid:public_id>/", IncidentDetail.as_view(), name="incident-detail"),
    path(f"{_BASE}traffic/", TrafficList.as_view(), name="traffic-count-list"),
]
