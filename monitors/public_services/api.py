"""Read API: ``/api/public-services/``. Filters as query parameters, CSV of exactly what the filter shows."""

from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView

from monitors.public_services.models import Channel, Dossier, Status
from monitors.public_services.selectors import visible_dossiers
from services.directory.access import user_of
from services.kernel.api import ListView
from services.kernel.filters import BooleanFilter, InstantFilter


class DossierFilter(filters.FilterSet):
    """``on_time=false``: ended late; ``open=true``: not ended; ``due_until``: due by then."""

    since = InstantFilter("submitted_at", "gte")
    until = InstantFilter("submitted_at", "lte")
    due_until = InstantFilter("due_at", "lte")
    code = filters.CharFilter("external_id", max_length=40)
    status = filters.MultipleChoiceFilter(choices=Status.choices)
    channel = filters.MultipleChoiceFilter(choices=Channel.choices)
    unit = filters.CharFilter("unit", max_length=5)
    department = filters.CharFilter("department", max_length=60)
    procedure = filters.CharFilter("procedure", max_length=40)
    on_time = BooleanFilter("on_time")
    open = BooleanFilter("ended_at", "isnull")

    class Meta:
        model = Dossier
        fields = ()


class DossierSerializer(serializers.ModelSerializer[Dossier]):
    """A dossier as staff see it: never the applicant."""

    code = serializers.CharField(source="external_id", read_only=True)

    class Meta:
        model = Dossier
        fields = (
            "public_id",
            "code",
            "procedure",
            "procedure_name",
            "status",
            "channel",
            "unit",
            "department",
            "submitted_at",
            "accepted_at",
            "appointment_at",
            "due_at",
            "overdue_at",
            "receive_by",
            "ended_at",
            "on_time",
            "as_of",
            "version",
        )
        read_only_fields = fields


class DossierList(ListView):
    """Dossiers within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = DossierSerializer
    filterset_class = DossierFilter
    export_name = "dossiers"
    queryset = Dossier.objects.none()

    def get_queryset(self) -> QuerySet[Dossier]:
        """Return what the reader may see."""
        return visible_dossiers(user_of(self.request))


class DossierDetail(RetrieveAPIView[Dossier]):
    """One dossier."""

    access = "records.read"
    serializer_class = DossierSerializer
    queryset = Dossier.objects.none()
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[Dossier]:
        """Return what the reader may see; anything else is not found."""
        return visible_dossiers(user_of(self.request))


urlpatterns = [
    path("public-services/", DossierList.as_view(), name="dossier-list"),
    path("public-services/<uuid:public_id>/", DossierDetail.as_view(), name="dossier-detail"),
]
