"""An incident over HTTP, for its board on the wall."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.alerts import selectors as alerts
from services.contract import SEVERITY_CHOICES
from services.directory.access import user_of
from services.incidents.api import IncidentMemberSerializer
from services.kernel.text import render
from services.reports.incident import reading
from services.wall.moments import MomentError, moment, recorded


class CurvePointSerializer(serializers.Serializer[Any]):
    """A value at an instant; null where nothing is known."""

    at = serializers.DateTimeField()
    value = serializers.FloatField(allow_null=True)


class LevelSerializer(serializers.Serializer[Any]):
    """A level that the curve is held against."""

    title = serializers.CharField()
    value = serializers.FloatField()
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES, allow_null=True)


class ReachedSerializer(LevelSerializer):
    """The highest level reached now; ``since`` is null when that began before the curve does."""

    since = serializers.DateTimeField(allow_null=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """By how much the value changed, and over how many minutes."""

    value = serializers.FloatField()
    minutes = serializers.IntegerField()


class CurveSerializer(serializers.Serializer[Any]):
    """What the alert rests on over time."""

    title = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    decimals = serializers.IntegerField()
    points = CurvePointSerializer(many=True)
    lines = LevelSerializer(many=True)
    change = ChangeSerializer(allow_null=True)
    above = ReachedSerializer(allow_null=True)


class IncidentRecordsSerializer(serializers.Serializer[Any]):
    """The newest records behind an alert whose rule has no curve."""

    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.JSONField(allow_null=True)))
    total = serializers.IntegerField()


class IncidentTicketsSerializer(serializers.Serializer[Any]):
    """How many tickets the incident has, and the public ids of those that are open."""

    total = serializers.IntegerField()
    open = serializers.IntegerField()
    overdue = serializers.IntegerField()
    ids = serializers.ListField(child=serializers.CharField())


class StoryLineSerializer(serializers.Serializer[Any]):
    """Something that happened; ``who`` did it or measured it."""

    at = serializers.DateTimeField()
    what = serializers.CharField()
    who = serializers.CharField(allow_blank=True)


class StorySerializer(serializers.Serializer[Any]):
    """The newest lines of the story, and how many there are."""

    total = serializers.IntegerField()
    lines = StoryLineSerializer(many=True)


class NearCameraSerializer(serializers.Serializer[Any]):
    """A camera near the place; ``picture`` is null without one and for whoever may not look."""

    name = serializers.CharField()
    state = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    lost = serializers.BooleanField()
    km = serializers.FloatField()
    picture = serializers.CharField(allow_null=True)


class TogetherSerializer(serializers.Serializer[Any]):
    """What else tells of the same place and time: how many in all, and the worst of them in reach."""

    incident = serializers.UUIDField()
    total = serializers.IntegerField()
    members = IncidentMemberSerializer(many=True)


class AlertIncidentSerializer(serializers.Serializer[Any]):
    """One alert and what hangs on it. ``alert`` is its tile with ``open`` and when it was taken and ended."""

    alert = serializers.DictField()
    now = serializers.DateTimeField()
    curve = CurveSerializer(allow_null=True)
    records = IncidentRecordsSerializer(allow_null=True)
    units = serializers.ListField(child=serializers.CharField())
    tickets = IncidentTicketsSerializer()
    timeline = StorySerializer()
    cameras = NearCameraSerializer(many=True)
    together = TogetherSerializer(allow_null=True)


AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="as it was then (default: now)")


class AlertIncident(APIView):
    """What hangs on an alert, now or at a moment of the wall's recorded past."""

    access = "alerts.read"

    @extend_schema(parameters=[AT], responses=AlertIncidentSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return it as far as the reader reaches; 404 when the alert is out of scope, or was not there at ``at``."""
        user = user_of(request)
        alert = alerts.alert(user, public_id)
        at = self._asked(request, alert.realm)
        if at is not None and alert.opened_at > at:
            raise Http404
        return Response(reading.of_alert(user, alert, at))

    @staticmethod
    def _asked(request: Request, realm: str) -> datetime | None:
        if "at" not in request.query_params:
            return None
        try:
            return moment(request.query_params["at"], recorded(realm))
        except MomentError as error:
            raise ValidationError({"at": [render(error.said)]}) from error
