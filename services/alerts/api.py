"""Alerts over HTTP: list, detail, and one address per verb."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.alerts import actions, selectors, workflow
from services.alerts.models import Alert
from services.alerts.suppression import INHIBITED, MAINTENANCE
from services.alerts.tiles import flapping, name_of
from services.contract import SEVERITIES, SEVERITY_CHOICES, rank_of
from services.directory.access import user_of
from services.kernel.api import ListView, asked_realm
from services.kernel.filters import BooleanFilter, InstantFilter
from services.kernel.idempotency import IdempotentMixin
from services.kernel.text import render


class MessageSerializer(serializers.Serializer[Any]):
    """A text to be rendered by its reader."""

    msgid = serializers.CharField()
    params = serializers.DictField()


class FlappingSerializer(serializers.Serializer[Any]):
    """How a latched alert comes and goes."""

    kind = serializers.ChoiceField(choices=["flapping", "chattering"])
    count = serializers.IntegerField(help_text="how often it came within the hour")


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """An alert; ``title`` is a message, ``text`` the same in the reader's language."""

    id = serializers.UUIDField(source="public_id")
    severity = serializers.SerializerMethodField()
    title = MessageSerializer()
    text = serializers.SerializerMethodField()
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    department = serializers.CharField(source="department.slug", default=None, allow_null=True)
    place = serializers.SerializerMethodField()
    acknowledged_by = serializers.SerializerMethodField()
    shelved_by = serializers.SerializerMethodField()
    flapping = serializers.SerializerMethodField()
    previous = serializers.UUIDField(source="previous.public_id", default=None, allow_null=True)
    merged_into = serializers.UUIDField(source="merged_into.public_id", default=None, allow_null=True)
    evidence = serializers.ListField(child=serializers.IntegerField())
    verbs = serializers.SerializerMethodField()

    class Meta:
        model = Alert
        fields = (
            "id",
            "realm",
            "monitor",
            "rule",
            "rule_version",
            "fingerprint",
            "severity",
            "category",
            "title",
            "text",
            "unit",
            "department",
            "place",
            "state",
            "historical",
            "count",
            "opened_at",
            "last_seen",
            "acknowledged_at",
            "acknowledged_by",
            "resolved_at",
            "ended_at",
            "shelved_until",
            "shelved_by",
            "suppressed_by",
            "flapping",
            "generation",
            "previous",
            "merged_into",
            "evidence",
            "verbs",
        )

    @extend_schema_field(serializers.ChoiceField(choices=SEVERITY_CHOICES))
    def get_severity(self, alert: Alert) -> str:
        """Return the severity's name."""
        return SEVERITIES[alert.severity]

    def get_text(self, alert: Alert) -> str:
        """Return the title in the reader's language."""
        return render(alert.title)

    @extend_schema_field({"type": "array", "items": {"type": "number"}, "nullable": True, "maxItems": 2})
    def get_place(self, alert: Alert) -> list[float] | None:
        """Return longitude and latitude."""
        return [alert.place.x, alert.place.y] if alert.place else None

    def get_acknowledged_by(self, alert: Alert) -> str:
        """Return who took it."""
        return name_of(alert.acknowledged_by)

    def get_shelved_by(self, alert: Alert) -> str:
        """Return who shelved it."""
        return name_of(alert.shelved_by)

    @extend_schema_field(FlappingSerializer(allow_null=True))
    def get_flapping(self, alert: Alert) -> dict[str, Any] | None:
        """Return how a latched alert comes and goes, null for a steady one."""
        return flapping(alert)

    def get_verbs(self, alert: Alert) -> list[str]:
        """Return the verbs its state allows."""
        return workflow.legal_verbs(alert.state)


SUPPRESSED = [(word, word) for word in ("any", "no", "maintenance", "inhibited", "person")]


class AlertFilter(django_filters.FilterSet):
    """By what people ask for: state, severity, monitor, rule, place, time; ``open=true`` for what still counts."""

    severity = django_filters.MultipleChoiceFilter(choices=SEVERITY_CHOICES, method="by_severity")
    state = django_filters.MultipleChoiceFilter(choices=workflow.STATE_CHOICES)
    open = BooleanFilter(method="by_open")
    shelved = BooleanFilter(method="by_shelf")
    flapping = BooleanFilter("latched_at", lookup_expr="isnull", exclude=True)
    suppressed = django_filters.ChoiceFilter(choices=SUPPRESSED, method="by_suppression")
    suppressed_by = django_filters.CharFilter()
    unit = django_filters.CharFilter("unit__code")
    department = django_filters.CharFilter("department__slug")
    opened_from = InstantFilter("opened_at", "gte")
    opened_to = InstantFilter("opened_at", "lt")

    class Meta:
        model = Alert
        fields = ("monitor", "rule", "category", "fingerprint")

    @extend_schema_field({"type": "string", "enum": [name for name, _title in SEVERITY_CHOICES]})
    def by_severity(self, rows: QuerySet[Alert], name: str, values: list[Any]) -> QuerySet[Alert]:
        """Keep the named severities."""
        del name
        return rows.filter(severity__in=[rank_of(value) for value in values]) if values else rows

    def by_open(self, rows: QuerySet[Alert], name: str, value: bool) -> QuerySet[Alert]:
        """Keep those that are open, or those that are not."""
        del name
        return rows.filter(state__in=workflow.OPEN) if value else rows.exclude(state__in=workflow.OPEN)

    def by_suppression(self, rows: QuerySet[Alert], name: str, value: str) -> QuerySet[Alert]:
        """Keep those that are suppressed: at all, by maintenance, by a greater alert, or by a person's hand."""
        del name
        by_design = Q(suppressed_by__startswith=MAINTENANCE) | Q(suppressed_by__startswith=INHIBITED)
        conditions = {
            "any": ~Q(suppressed_by=""),
            "no": Q(suppressed_by=""),
            "maintenance": Q(suppressed_by__startswith=MAINTENANCE),
            "inhibited": Q(suppressed_by__startswith=INHIBITED),
            "person": ~Q(suppressed_by="") & ~by_design,
        }
        return rows.filter(conditions[value])

    def by_shelf(self, rows: QuerySet[Alert], name: str, value: bool) -> QuerySet[Alert]:
        """Keep those on a shelf, or those that are on none."""
        del name
        return rows.filter(shelved_until__isnull=not value)


class AlertList(ListView):
    """Alerts within the reader's scope, newest first."""

    access = "alerts.read"
    shows_realm = True
    serializer_class = AlertSerializer
    filterset_class = AlertFilter
    export_name = "alerts"
    queryset = Alert.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the reader may see of the realm asked for."""
        return selectors.visible(user_of(self.request), asked_realm(self.request))


class AlertDetail(APIView):
    """One alert."""

    access = "alerts.read"

    @extend_schema(responses=AlertSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return it; 404 out of scope."""
        return Response(AlertSerializer(selectors.alert(user_of(request), public_id)).data)


class AlertVerbSerializer(serializers.Serializer[Any]):
    """What may come with a verb: a note with any, the rest where the verb needs it."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    minutes = serializers.FloatField(required=False, min_value=0, max_value=10080, help_text="shelve: for how long")
    until = serializers.DateTimeField(required=False, help_text="shelve: until when")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text="suppress: why")
    into = serializers.UUIDField(required=False, help_text="merge: the alert that stays")
    generation = serializers.IntegerField(required=False, help_text="the one looked at: 409 when there is a later one")


class AlertVerb(IdempotentMixin, APIView):
    """Do one verb to an alert."""

    verb = ""

    @property
    def access(self) -> str:
        """Each verb has its own row in the access table; unshelving is shelving's."""
        return "alerts.shelve" if self.verb == "unshelve" else f"alerts.{self.verb}"

    @extend_schema(request=AlertVerbSerializer, responses=AlertSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Do it; 409 names the legal verbs when the state forbids it."""
        given = AlertVerbSerializer(data=request.data)
        given.is_valid(raise_exception=True)

        def act() -> Response:
            actions.perform(verb=self.verb, public_id=public_id, acting_user=user_of(request), **given.validated_data)
            return Response(AlertSerializer(selectors.alert(user_of(request), public_id)).data)

        return self.once(request, act)
