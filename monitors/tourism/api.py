"""Read API below ``/api/tourism/``. Filters as query parameters, CSV of exactly what the filter shows."""

from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from rest_framework import serializers

from monitors.tourism.models import Complaint, ComplaintKind, Festival, LodgingDay, SiteCount, SiteState
from monitors.tourism.selectors import (
    visible_complaints,
    visible_counts,
    visible_events,
    visible_lodgings,
    visible_sites,
)
from services.directory.access import user_of
from services.kernel.api import ListView
from services.kernel.filters import BooleanFilter, InstantFilter


class LodgingFilter(filters.FilterSet):
    """``since`` and ``until``: first and last day."""

    since = filters.DateFilter("day", "gte")
    until = filters.DateFilter("day", "lte")
    establishment = filters.CharFilter("establishment", max_length=60)
    kind = filters.CharFilter("kind", max_length=20)
    unit = filters.CharFilter("unit", max_length=5)

    class Meta:
        model = LodgingDay
        fields = ()


class LodgingSerializer(serializers.ModelSerializer[LodgingDay]):
    """A lodging declaration as it stands; ``occupancy`` in percent."""

    occupancy = serializers.FloatField(read_only=True, allow_null=True)

    class Meta:
        model = LodgingDay
        fields = (
            "id",
            "establishment",
            "kind",
            "unit",
            "day",
            "rooms",
            "occupied",
            "occupancy",
            "guests",
            "arrivals",
            "foreign_arrivals",
            "as_of",
            "version",
        )
        read_only_fields = fields


class LodgingList(ListView):
    """Lodging declarations within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = LodgingSerializer
    filterset_class = LodgingFilter
    export_name = "lodgings"
    queryset = LodgingDay.objects.none()

    def get_queryset(self) -> QuerySet[LodgingDay]:
        """Return what the reader may see."""
        return visible_lodgings(user_of(self.request))


class SiteFilter(filters.FilterSet):
    """``least_load``: percent of what a site holds."""

    site = filters.CharFilter("site", max_length=60)
    unit = filters.CharFilter("unit", max_length=5)
    since = InstantFilter("counted_at", "gte")
    least_load = filters.NumberFilter("load", "gte", min_value=0, max_value=10_000)

    class Meta:
        model = SiteState
        fields = ()


class SiteSerializer(serializers.ModelSerializer[SiteState]):
    """How full a site is; only as good as ``counted_at`` is fresh."""

    class Meta:
        model = SiteState
        fields = ("id", "site", "unit", "capacity", "present", "load", "counted_at")
        read_only_fields = fields


class SiteList(ListView):
    """Sites within the reader's reach with their load: one statement a page."""

    access = "records.read"
    serializer_class = SiteSerializer
    filterset_class = SiteFilter
    export_name = "sites"
    queryset = SiteState.objects.none()

    def get_queryset(self) -> QuerySet[SiteState]:
        """Return what the reader may see."""
        return visible_sites(user_of(self.request))


class CountFilter(filters.FilterSet):
    """``since`` and ``until``: instants."""

    since = InstantFilter("occurred_at", "gte")
    until = InstantFilter("occurred_at", "lte")
    site = filters.CharFilter("site", max_length=60)
    unit = filters.CharFilter("unit", max_length=5)

    class Meta:
        model = SiteCount
        fields = ()


class CountSerializer(serializers.ModelSerializer[SiteCount]):
    """What a counter said; ``present`` null: it told who came and left."""

    class Meta:
        model = SiteCount
        fields = ("id", "site", "unit", "occurred_at", "present", "entered", "left")
        read_only_fields = fields


class CountList(ListView):
    """Counts at sites within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = CountSerializer
    filterset_class = CountFilter
    export_name = "site-counts"
    queryset = SiteCount.objects.none()

    def get_queryset(self) -> QuerySet[SiteCount]:
        """Return what the reader may see."""
        return visible_counts(user_of(self.request))


class EventFilter(filters.FilterSet):
    """``since`` and ``until``: events that go on between these days."""

    since = filters.DateFilter("ends", "gte")
    until = filters.DateFilter("starts", "lte")
    site = filters.CharFilter("site", max_length=60)
    unit = filters.CharFilter("unit", max_length=5)
    cancelled = BooleanFilter("cancelled")

    class Meta:
        model = Festival
        fields = ()


class FestivalSerializer(serializers.ModelSerializer[Festival]):
    """An event as its organiser last announced it."""

    class Meta:
        model = Festival
        fields = (
            "id",
            "external_id",
            "name",
            "name_en",
            "site",
            "unit",
            "starts",
            "ends",
            "expected",
            "cancelled",
            "as_of",
            "version",
        )
        read_only_fields = fields


class EventList(ListView):
    """Events within the reader's reach: one statement a page."""

    access = "records.read"
    serializer_class = FestivalSerializer
    filterset_class = EventFilter
    export_name = "events"
    queryset = Festival.objects.none()

    def get_queryset(self) -> QuerySet[Festival]:
        """Return what the reader may see."""
        return visible_events(user_of(self.request))


class ComplaintFilter(filters.FilterSet):
    """``open``: those without an answer; ``due_before``: whose term is over by then."""

    since = InstantFilter("occurred_at", "gte")
    until = InstantFilter("occurred_at", "lte")
    about = filters.CharFilter("about", max_length=60)
    kind = filters.MultipleChoiceFilter(choices=ComplaintKind.choices)
    unit = filters.CharFilter("unit", max_length=5)
    open = BooleanFilter("settled_at", "isnull")
    due_before = InstantFilter("due_at", "lt")

    class Meta:
        model = Complaint
        fields = ()


class ComplaintSerializer(serializers.ModelSerializer[Complaint]):
    """A complaint: its kind and dates, no person and no word."""

    received_at = serializers.DateTimeField(source="occurred_at", read_only=True)

    class Meta:
        model = Complaint
        fields = ("id", "external_id", "about", "kind", "unit", "received_at", "due_at", "settled_at", "version")
        read_only_fields = fields


class ComplaintList(ListView):
    """Complaints within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = ComplaintSerializer
    filterset_class = ComplaintFilter
    export_name = "tourism-complaints"
    queryset = Complaint.objects.none()

    def get_queryset(self) -> QuerySet[Complaint]:
        """Return what the reader may see."""
        return visible_complaints(user_of(self.request))


urlpatterns = [
    path("tourism/lodgings/", LodgingList.as_view(), name="tourism-lodging-list"),
    path("tourism/sites/", SiteList.as_view(), name="tourism-site-list"),
    path("tourism/counts/", CountList.as_view(), name="tourism-count-list"),
    path("tourism/events/", EventList.as_view(), name="tourism-event-list"),
    path("tourism/complaints/", ComplaintList.as_view(), name="tourism-complaint-list"),
]
