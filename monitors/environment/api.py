"""Read API: ``/api/environment/``. Filters as query parameters, CSV of exactly what the filter shows."""

from django.conf import settings
from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from monitors.environment.models import LatestValue, Observation, Quality
from monitors.environment.selectors import visible_observations
from monitors.environment.stations import MEASURES
from services.directory.access import user_of
from services.directory.codes import limit_by_code
from services.kernel.api import ListView
from services.kernel.filters import BooleanFilter, InstantFilter


class ObservationFilter(filters.FilterSet):
    """``property``: water_level, rain, pm2_5…; ``quality``: good, suspect or bad."""

    since = InstantFilter("occurred_at", "gte")
    until = InstantFilter("occurred_at", "lte")
    station = filters.CharFilter("station", max_length=60)
    property = filters.MultipleChoiceFilter(field_name="prop", choices=[(name, name) for name in MEASURES])
    quality = filters.MultipleChoiceFilter(choices=Quality.choices)
    unit = filters.CharFilter("unit", max_length=5)
    interpolated = BooleanFilter("interpolated")

    class Meta:
        model = Observation
        fields = ()


class ObservationSerializer(serializers.ModelSerializer[Observation]):
    """An observation with what was sent. ``unit`` is the commune, ``measure`` the unit of the value."""

    property = serializers.CharField(source="prop")

    class Meta:
        model = Observation
        fields = (
            "id",
            "occurred_at",
            "received_at",
            "station",
            "property",
            "value",
            "measure",
            "quality",
            "flaw",
            "interpolated",
            "unit",
            "department",
            "raw",
        )
        read_only_fields = fields


class ObservationList(ListView):
    """Observations within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = ObservationSerializer
    filterset_class = ObservationFilter
    export_name = "observations"
    queryset = Observation.objects.none()

    def get_queryset(self) -> QuerySet[Observation]:
        """Return what the reader may see."""
        return visible_observations(user_of(self.request))


class ObservationDetail(RetrieveAPIView[Observation]):
    """One observation."""

    access = "records.read"
    serializer_class = ObservationSerializer
    queryset = Observation.objects.none()
    lookup_field = "pk"

    def get_queryset(self) -> QuerySet[Observation]:
        """Return what the reader may see; anything else is not found."""
        return visible_observations(user_of(self.request))


class LatestFilter(filters.FilterSet):
    """As of observations, without time."""

    station = filters.CharFilter("station", max_length=60)
    property = filters.MultipleChoiceFilter(field_name="prop", choices=[(name, name) for name in MEASURES])
    quality = filters.MultipleChoiceFilter(choices=Quality.choices)
    unit = filters.CharFilter("unit", max_length=5)

    class Meta:
        model = LatestValue
        fields = ()


class LatestSerializer(serializers.ModelSerializer[LatestValue]):
    """The newest value of a sensor; ``sound_value`` is the newest that means and alarms use."""

    property = serializers.CharField(source="prop")

    class Meta:
        model = LatestValue
        fields = (
            "station",
            "property",
            "value",
            "measure",
            "quality",
            "flaw",
            "occurred_at",
            "received_at",
            "observation",
            "sound_value",
            "sound_at",
            "unit",
        )
        read_only_fields = fields


class LatestList(ListView):
    """The latest value of every sensor within the reader's reach: one statement a page."""

    access = "records.read"
    serializer_class = LatestSerializer
    filterset_class = LatestFilter
    export_name = "latest-values"
    queryset = LatestValue.objects.none()

    def get_queryset(self) -> QuerySet[LatestValue]:
        """Return what the reader may see."""
        values = LatestValue.objects.filter(realm=settings.IOC_REALM)
        return limit_by_code(values, user_of(self.request), "records.read")


urlpatterns = [
    path("environment/latest/", LatestList.as_view(), name="latest-value-list"),
    path("environment/", ObservationList.as_view(), name="observation-list"),
    path("environment/<int:pk>/", ObservationDetail.as_view(), name="observation-detail"),
]
