"""Read API: ``/api/cybersecurity/``. Filters as query parameters, CSV of exactly what the filter shows."""

from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from monitors.cybersecurity.models import Event, Threat
from monitors.cybersecurity.selectors import visible_events
from services.directory.access import user_of
from services.kernel.api import ListView
from services.kernel.filters import InstantFilter


class EventFilter(filters.FilterSet):
    """``host``: the machine of ours; ``threat``: what it is a sign of."""

    since = InstantFilter("occurred_at", "gte")
    until = InstantFilter("occurred_at", "lte")
    event_type = filters.CharFilter("event_type", max_length=40)
    threat = filters.MultipleChoiceFilter(choices=[choice for choice in Threat.choices if choice[0]])
    system = filters.CharFilter("system", max_length=60)
    sensor = filters.CharFilter("sensor", max_length=80)
    signature = filters.CharFilter("signature", max_length=300)

    class Meta:
        model = Event
        fields = ()


class EventSerializer(serializers.ModelSerializer[Event]):
    """A security event with the line as the sensor wrote it."""

    class Meta:
        model = Event
        fields = (
            "id",
            "occurred_at",
            "received_at",
            "event_type",
            "sensor",
            "threat",
            "host",
            "system",
            "department",
            "src_ip",
            "src_port",
            "dest_ip",
            "dest_port",
            "proto",
            "signature_id",
            "signature",
            "classtype",
            "level",
            "blocked",
            "raw",
        )
        read_only_fields = fields


class EventList(ListView):
    """Security events within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = EventSerializer
    filterset_class = EventFilter
    export_name = "security-events"
    queryset = Event.objects.none()

    def get_queryset(self) -> QuerySet[Event]:
        """Return what the reader may see."""
        return visible_events(user_of(self.request))


class EventDetail(RetrieveAPIView[Event]):
    """One security event."""

    access = "records.read"
    serializer_class = EventSerializer
    queryset = Event.objects.none()
    lookup_field = "pk"

    def get_queryset(self) -> QuerySet[Event]:
        """Return what the reader may see; anything else is not found."""
        return visible_events(user_of(self.request))


urlpatterns = [
    path("cybersecurity/", EventList.as_view(), name="security-event-list"),
    path("cybersecurity/<int:pk>/", EventDetail.as_view(), name="security-event-detail"),
]
