"""The wall's past over HTTP: a day's timeline, and notes about its moments."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.contract import SEVERITY_CHOICES
from services.directory.access import streams_of, user_of
from services.kernel.clock import LOCAL
from services.kernel.idempotency import IdempotentMixin
from services.kernel.problems import problem
from services.kernel.text import render
from services.wall.annotations import annotate, annotations, said
from services.wall.asked import asked_board
from services.wall.moments import MomentError, moment, recorded
from services.wall.timeline import bounds, timeline

DAY = OpenApiParameter("day", OpenApiTypes.DATE, description="local day (default: today)")


class QuarterSerializer(serializers.Serializer[Any]):
    """A quarter of an hour in which alerts were opened."""

    at = serializers.DateTimeField()
    count = serializers.IntegerField()
    worst = serializers.ChoiceField(SEVERITY_CHOICES)


class AlarmSerializer(serializers.Serializer[Any]):
    """An alert that was opened on the day."""

    key = serializers.CharField()
    at = serializers.DateTimeField()
    severity = serializers.ChoiceField(SEVERITY_CHOICES)
    title = serializers.JSONField()


class AnnotationSerializer(serializers.Serializer[Any]):
    """A person's note about a moment."""

    id = serializers.UUIDField(read_only=True)
    board = serializers.CharField(read_only=True)
    at = serializers.DateTimeField()
    text = serializers.CharField(max_length=1000)
    author = serializers.CharField(read_only=True)
    written_at = serializers.DateTimeField(read_only=True)


class TimelineSerializer(serializers.Serializer[Any]):
    """A board's day; ``earliest`` is the first moment that can be shown, null when nothing was recorded."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    now = serializers.DateTimeField()
    earliest = serializers.DateTimeField(allow_null=True)
    quarters = QuarterSerializer(many=True)
    alarms = AlarmSerializer(many=True)
    annotations = AnnotationSerializer(many=True)


def refusal(error: MomentError) -> Response:
    """Return the answer to a moment that cannot be shown."""
    past = error.recorded
    return problem(400, render(error.said), fault=error.fault, earliest=past.earliest, now=past.now)


class BoardTimeline(APIView):
    """What a board's past holds for one day."""

    access = "wall.read"

    @extend_schema(parameters=[DAY], responses=TimelineSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return the day's alerts by quarter of an hour, each alert's moment, and people's notes."""
        wanted, streams = asked_board(request, slug), streams_of(user_of(request))
        past = recorded(settings.IOC_REALM)
        day = _day(request.query_params.get("day", ""), past.now)
        found = timeline(settings.IOC_REALM, wanted, streams, day)
        body = {
            "since": found.since,
            "until": found.until,
            "now": past.now,
            "earliest": past.earliest,
            "quarters": found.quarters,
            "alarms": found.alarms,
            "annotations": annotations(settings.IOC_REALM, [slug], streams, *bounds(day)),
        }
        return Response(TimelineSerializer(body).data)


class BoardAnnotations(IdempotentMixin, APIView):
    """Notes about moments of a board."""

    access = "wall.annotate"

    @extend_schema(request=AnnotationSerializer, responses={201: AnnotationSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Write one; 400 for a moment that was not recorded."""
        wanted, user = asked_board(request, slug), user_of(request)
        given = AnnotationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        at: datetime = given.validated_data["at"]
        try:
            moment(at.isoformat(), recorded(settings.IOC_REALM))
        except MomentError as error:
            return refusal(error)

        def act() -> Response:
            text = given.validated_data["text"]
            note = annotate(realm=settings.IOC_REALM, board=wanted.slug, at=at, text=text, acting_user=user)
            return Response(AnnotationSerializer(said(note)).data, status=201)

        return self.once(request, act)


def _day(text: str, now: datetime) -> date:
    try:
        return date.fromisoformat(text) if text else now.astimezone(LOCAL).date()
    except ValueError:
        raise ValidationError({"day": [_("Write a day like 2026-03-02.")]}) from None
