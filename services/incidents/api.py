"""Incidents over HTTP: list, one with its members, and the two verbs that people have."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.alerts.api import MessageSerializer
from services.alerts.models import Alert
from services.contract import SEVERITIES, SEVERITY_CHOICES
from services.directory.access import user_of
from services.incidents import actions, selectors
from services.incidents.models import Incident
from services.kernel.api import ListView, asked_realm
from services.kernel.idempotency import IdempotentMixin
from services.kernel.text import render


class JoinedAlertsSerializer(serializers.ModelSerializer[Incident]):
    """An incident; ``text`` is its title in the reader's language."""

    id = serializers.UUIDField(source="public_id")
    severity = serializers.SerializerMethodField()
    title = MessageSerializer()
    text = serializers.SerializerMethodField()
    place = serializers.SerializerMethodField()

    class Meta:
        model = Incident
        fields = ("id", "realm", "state", "severity", "title", "text", "members_count", "first_at", "last_at", "place",
                  "closed_at")  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=SEVERITY_CHOICES))
    def get_severity(self, incident: Incident) -> str:
        """Return the severity's name."""
        return incident.severity_name

    def get_text(self, incident: Incident) -> str:
        """Return the title in the reader's language."""
        return render(incident.title)

    @extend_schema_field({"type": "array", "items": {"type": "number"}, "nullable": True, "maxItems": 2})
    def get_place(self, incident: Incident) -> list[float] | None:
        """Return longitude and latitude of the middle."""
        return [round(incident.place.x, 5), round(incident.place.y, 5)] if incident.place else None


class IncidentMemberSerializer(serializers.Serializer[Any]):
    """An alert as a member of an incident."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    monitor = serializers.CharField()
    rule = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)
    state = serializers.CharField()
    opened_at = serializers.DateTimeField()


class JoinedAlertsDetailSerializer(JoinedAlertsSerializer):
    """An incident with its members in reach, the worst first."""

    members = IncidentMemberSerializer(many=True, read_only=True)

    class Meta(JoinedAlertsSerializer.Meta):
        fields = (*JoinedAlertsSerializer.Meta.fields, "members")  # type: ignore[assignment]


def member(alert: Alert) -> dict[str, Any]:
    """Return an alert as its incident shows it."""
    return {
        "id": str(alert.public_id),
        "text": render(alert.title),
        "monitor": alert.monitor,
        "rule": alert.rule,
        "severity": SEVERITIES[alert.severity],
        "state": alert.state,
        "opened_at": alert.opened_at.isoformat(),
    }


class IncidentFilter(django_filters.FilterSet):
    """By state."""

    class Meta:
        model = Incident
        fields = ("state",)


class IncidentList(ListView):
    """Incidents within the reader's reach, newest first."""

    access = "incidents.read"
    shows_realm = True
    serializer_class = JoinedAlertsSerializer
    filterset_class = IncidentFilter
    export_name = "incidents"
    queryset = Incident.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the reader may see of the realm asked for."""
        return selectors.visible(user_of(self.request), asked_realm(self.request))


class IncidentDetail(APIView):
    """One incident with its members."""

    access = "incidents.read"

    @extend_schema(responses=JoinedAlertsDetailSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return it; 404 out of reach. One that was merged answers as the one it is part of."""
        return _answer(request, public_id)


class ChosenAlertSerializer(serializers.Serializer[Any]):
    """The alert that a verb is about."""

    alert = serializers.UUIDField()


class IncidentVerb(IdempotentMixin, APIView):
    """Add an alert to an incident or take one out."""

    access = "incidents.change"
    verb = ""

    @extend_schema(request=ChosenAlertSerializer, responses=JoinedAlertsDetailSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Do it."""
        user = user_of(request)
        selectors.incident(user, public_id)
        given = ChosenAlertSerializer(data=request.data)
        given.is_valid(raise_exception=True)

        def act() -> Response:
            do = actions.add if self.verb == "add" else actions.take_out
            do(public_id=public_id, alert=given.validated_data["alert"], acting_user=user)
            return _answer(request, public_id)

        return self.once(request, act)


def _answer(request: Request, public_id: UUID) -> Response:
    user = user_of(request)
    found = selectors.incident(user, public_id)
    members = [member(one) for one in selectors.members(user, [found]).get(found.pk, [])]
    return Response({**JoinedAlertsSerializer(found).data, "members": members})
