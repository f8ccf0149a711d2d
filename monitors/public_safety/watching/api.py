"""API of cameras: what their AI reports, with two verbs; how they stand; their pictures, for staff, written down."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.urls import path, reverse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitors.public_safety import actions
from monitors.public_safety.cameras import cameras
from monitors.public_safety.models import CameraEvent, CameraState, Health, Kind, Picture, Review
from monitors.public_safety.selectors import picture_of_camera, picture_of_event, visible_cameras, visible_events
from services.audit.actions import record
from services.directory.access import user_of
from services.kernel import clock
from services.kernel.api import ListView
from services.kernel.filters import InstantFilter
from services.kernel.idempotency import IdempotentMixin

# --- camera events ---------------------------------------------------------------------------------------------------


class EventFilter(filters.FilterSet):
    """``review``: unconfirmed, confirmed or rejected; ``confidence``: at least so much, 0 to 1."""

    since = InstantFilter("occurred_at", "gte")
    until = InstantFilter("occurred_at", "lte")
    camera = filters.CharFilter("camera", max_length=60)
    kind = filters.MultipleChoiceFilter(choices=Kind.choices)
    unit = filters.CharFilter("unit", max_length=5)
    confidence = filters.NumberFilter("confidence", "gte", min_value=0, max_value=1)
    review = filters.ChoiceFilter(choices=Review.choices, method="by_review")

    class Meta:
        model = CameraEvent
        fields = ()

    def by_review(self, events: QuerySet[CameraEvent], name: str, value: str) -> QuerySet[CameraEvent]:
        """Keep the events of that verdict; none at all counts as unconfirmed."""
        del name
        condition = Q(review__state=value)
        return events.filter(condition | Q(review=None) if value == Review.UNCONFIRMED else condition)


class CameraEventSerializer(serializers.ModelSerializer[CameraEvent]):
    """What a camera's AI reported and what people said of it; ``snapshot`` is where its picture is, if it has one."""

    lon = serializers.FloatField(source="place.x", read_only=True)
    lat = serializers.FloatField(source="place.y", read_only=True)
    review = serializers.ChoiceField(choices=Review.choices, source="verdict", read_only=True)
    reviewed_at = serializers.DateTimeField(source="review.at", default=None, allow_null=True, read_only=True)
    note = serializers.CharField(source="review.note", default=None, allow_null=True, read_only=True)
    snapshot = serializers.SerializerMethodField()

    class Meta:
        model = CameraEvent
        fields = (
            "public_id",
            "occurred_at",
            "ended_at",
            "received_at",
            "camera",
            "kind",
            "label",
            "confidence",
            "zones",
            "lon",
            "lat",
            "unit",
            "department",
            "review",
            "reviewed_at",
            "note",
            "snapshot",
        )
        read_only_fields = fields

    @extend_schema_field({"type": "string", "nullable": True})
    def get_snapshot(self, event: CameraEvent) -> str | None:
        """Return the address of the picture, which asks for a right of its own."""
        if getattr(event, "picture", None) is None:
            return None
        return reverse("camera-event-snapshot", args=[event.public_id])


class EventList(ListView):
    """Camera events within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = CameraEventSerializer
    filterset_class = EventFilter
    export_name = "camera-events"
    queryset = CameraEvent.objects.none()

    def get_queryset(self) -> QuerySet[CameraEvent]:
        """Return what the reader may see."""
        return visible_events(user_of(self.request))


class EventDetail(RetrieveAPIView[CameraEvent]):
    """One camera event."""

    access = "records.read"
    serializer_class = CameraEventSerializer
    queryset = CameraEvent.objects.none()
    lookup_field = "public_id"

    def get_queryset(self) -> QuerySet[CameraEvent]:
        """Return what the reader may see; anything else is not found."""
        return visible_events(user_of(self.request))


class CameraEventReviewSerializer(serializers.Serializer[Any]):
    """What may come with a verdict."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class EventVerb(IdempotentMixin, APIView):
    """Confirm or reject an event."""

    access = "camera_events.review"
    verb = ""

    @extend_schema(request=CameraEventReviewSerializer, responses=CameraEventSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Do it; 409 names the legal verbs when the event has that verdict already, 404 out of reach."""
        given = CameraEventReviewSerializer(data=request.data)
        given.is_valid(raise_exception=True)

        def act() -> Response:
            user = user_of(request)
            event = actions.review(
                verb=self.verb, public_id=public_id, acting_user=user, note=given.validated_data.get("note", "")
            )
            return Response(CameraEventSerializer(event).data)

        return self.once(request, act)


# --- pictures --------------------------------------------------------------------------------------------------------


def _shown(request: Request, picture: Picture) -> HttpResponse | FileResponse:
    """Return the file and write down who looked: pictures of people are looked at for a reason (law 91/2025/QH15)."""
    detail = {"camera": picture.camera, "taken_at": picture.taken_at.isoformat()}
    record(verb="camera_picture.look", target=picture, acting_user=user_of(request), realm=picture.realm, detail=detail)
    response = HttpResponse(picture.file.read(), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


class EventSnapshot(APIView):
    """The picture of an event."""

    access = "camera_pictures.read"

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, public_id: UUID) -> HttpResponse | FileResponse:
        """Return it; 404 without one, after its retention, or out of reach."""
        now = clock.now(settings.IOC_REALM)
        return _shown(request, picture_of_event(user_of(request), public_id, now))


class CameraSnapshot(APIView):
    """The picture of a camera's latest check."""

    access = "camera_pictures.read"

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str) -> HttpResponse | FileResponse:
        """Return it; 404 without one, after its retention, or out of reach."""
        now = clock.now(settings.IOC_REALM)
        return _shown(request, picture_of_camera(user_of(request), slug, now))


# --- cameras ---------------------------------------------------------------------------------------------------------


class CameraFilter(filters.FilterSet):
    """By state, owner and commune."""

    camera = filters.CharFilter("camera", max_length=60)
    state = filters.MultipleChoiceFilter(choices=Health.choices)
    unit = filters.CharFilter("unit", max_length=5)
    department = filters.CharFilter("department", max_length=60)

    class Meta:
        model = CameraState
        fields = ()


class CameraSerializer(serializers.ModelSerializer[CameraState]):
    """A camera: where, whose, what for, how long pictures are kept, and how it stands. Never its stream's address."""

    name = serializers.SerializerMethodField()
    purpose = serializers.SerializerMethodField()
    basis = serializers.SerializerMethodField()
    retention_days = serializers.SerializerMethodField()
    lon = serializers.FloatField(source="place.x", read_only=True)
    lat = serializers.FloatField(source="place.y", read_only=True)
    owner = serializers.CharField(source="department", read_only=True)

    class Meta:
        model = CameraState
        fields = (
            "camera",
            "name",
            "owner",
            "purpose",
            "basis",
            "retention_days",
            "lon",
            "lat",
            "unit",
            "state",
            "reason",
            "since",
            "checked_at",
            "frame_at",
            "seen",
            "luma",
            "difference",
        )
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_name(self, state: CameraState) -> dict[str, str]:
        """Return the name in both languages."""
        camera = cameras().get(state.camera)
        return camera.label if camera else {}

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_purpose(self, state: CameraState) -> dict[str, str]:
        """Return what it is there for."""
        camera = cameras().get(state.camera)
        return {"vi": camera.purpose["vi"], "en": camera.purpose["en"]} if camera else {}

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_basis(self, state: CameraState) -> dict[str, str]:
        """Return the law or decision it rests on."""
        camera = cameras().get(state.camera)
        return {"vi": camera.basis["vi"], "en": camera.basis["en"]} if camera else {}

    def get_retention_days(self, state: CameraState) -> int | None:
        """Return how many days its pictures are kept."""
        camera = cameras().get(state.camera)
        return camera.retention_days if camera else None


class CameraList(ListView):
    """Cameras within the reader's reach: one statement a page."""

    access = "records.read"
    serializer_class = CameraSerializer
    filterset_class = CameraFilter
    export_name = "cameras"
    queryset = CameraState.objects.none()

    def get_queryset(self) -> QuerySet[CameraState]:
        """Return what the reader may see."""
        return visible_cameras(user_of(self.request))


urlpatterns = [
    path("events/", EventList.as_view(), name="camera-event-list"),
    path("events/<uuid:public_id>/", EventDetail.as_view(), name="camera-event-detail"),
    *(
        path(f"events/<uuid:public_id>/{verb}/", EventVerb.as_view(verb=verb), name=f"camera-event-{verb}")
        for verb in actions.VERBS
    ),
    path("events/<uuid:public_id>/snapshot/", EventSnapshot.as_view(), name="camera-event-snapshot"),
    path("cameras/", CameraList.as_view(), name="camera-list"),
    path("cameras/<slug:slug>/snapshot/", CameraSnapshot.as_view(), name="camera-snapshot"),
]
