"""Floods of alerts at the operator positions, over HTTP: the same figures that reports and the replay give."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.alerts.arrivals import desk_named, desks
from services.alerts.models import Alert
from services.alerts.position import Group, Position, position
from services.contract import SEVERITIES, SEVERITY_CHOICES
from services.kernel import clock
from services.kernel.api import asked_realm
from services.kernel.text import render


class FloodAlertSerializer(serializers.Serializer[Any]):
    """An alert that passes alone."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)


class FloodGroupSerializer(serializers.Serializer[Any]):
    """Alerts of one monitor, cause and place."""

    monitor = serializers.CharField()
    rule = serializers.CharField()
    place = serializers.DictField()
    count = serializers.IntegerField()
    unacknowledged = serializers.IntegerField()
    worst = FloodAlertSerializer()


class PositionSerializer(serializers.Serializer[Any]):
    """An operator position: in a flood since when (null: not), how many came within ten minutes, what is open."""

    desk = serializers.CharField()
    name = serializers.DictField()
    seats = serializers.IntegerField()
    flood_since = serializers.DateTimeField(allow_null=True)
    recent = serializers.IntegerField()
    open = serializers.IntegerField()
    critical = FloodAlertSerializer(many=True)
    groups = FloodGroupSerializer(many=True)


class FloodList(APIView):
    """Every declared operator position, or the one that ``?desk=`` names."""

    access = "alerts.load"

    @extend_schema(
        parameters=[
            OpenApiParameter("desk", OpenApiTypes.STR, description="a position, department:<slug> or unit:<code>")
        ],
        responses=PositionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Return them; 3 statements each."""
        realm = asked_realm(request)
        asked = request.query_params.get("desk", "")
        one = desk_named(asked) if asked else None
        if asked and one is None:
            raise serializers.ValidationError({"desk": [_("there is no operator position of that name")]})
        now = clock.now(realm)
        return Response([_shown(position(realm, desk, now)) for desk in ([one] if one else desks())])


def _shown(found: Position) -> dict[str, Any]:
    return {
        "desk": found.desk.slug,
        "name": found.desk.name,
        "seats": found.desk.seats,
        "flood_since": found.flood.since if found.flood else None,
        "recent": found.recent,
        "open": found.total,
        "critical": [_alert(alert) for alert in found.critical],
        "groups": [_group(group) for group in found.groups],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "monitor": group.monitor,
        "rule": group.rule,
        "place": group.place,
        "count": len(group.alerts),
        "unacknowledged": group.waiting,
        "worst": _alert(group.worst),
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {"id": str(alert.public_id), "text": render(alert.title), "severity": SEVERITIES[alert.severity]}
