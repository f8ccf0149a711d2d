"""Maintenance windows over HTTP: list, set ahead, edit, end early or late, cancel."""

from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields import TextField
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.alerts import maintenance, schedule, workflow
from services.alerts.models import Alert, MaintenanceWindow
from services.alerts.tiles import name_of
from services.directory.access import user_of
from services.directory.models import Unit
from services.directory.selectors import unit_by_code
from services.kernel import clock
from services.kernel.api import ListView, asked_realm
from services.kernel.filters import BooleanFilter
from services.kernel.idempotency import IdempotentMixin
from services.kernel.problems import InvalidInputError

NEXT = 3


def hiding_now(rows: QuerySet[MaintenanceWindow]) -> QuerySet[MaintenanceWindow]:
    """Return windows with ``hidden``, how many open alerts each explains at the moment, in the same statement."""
    mark = Concat(Value("maintenance:"), Cast(OuterRef("public_id"), TextField()))
    hidden = Alert.objects.filter(realm=OuterRef("realm"), suppressed_by=mark, state__in=workflow.OPEN)
    counted = hidden.order_by().values("realm").annotate(n=Count("pk")).values("n")
    return rows.annotate(hidden=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


class MaintenanceSerializer(serializers.ModelSerializer[MaintenanceWindow]):
    """A window. ``active_from`` and ``active_until`` are its present time or the next; ``next`` those that follow."""

    id = serializers.UUIDField(source="public_id")
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    place = serializers.SerializerMethodField()
    created_by = serializers.SerializerMethodField()
    hidden = serializers.IntegerField(help_text="open alerts that it explains at the moment")
    next = serializers.SerializerMethodField()

    class Meta:
        model = MaintenanceWindow
        fields = ("id", "realm", "title", "reason", "monitor", "rule", "category", "fingerprint_prefix", "unit",
                  "place", "metres", "critical_too", "starts", "ends", "rrule",
                  "active_from", "active_until", "version", "cancelled_at",
                  "created_at", "created_by", "hidden", "next")  # fmt: skip

    @extend_schema_field({"type": "array", "items": {"type": "number"}, "nullable": True, "maxItems": 2})
    def get_place(self, window: MaintenanceWindow) -> list[float] | None:
        """Return longitude and latitude."""
        return [window.place.x, window.place.y] if window.place else None

    def get_created_by(self, window: MaintenanceWindow) -> str:
        """Return who set it."""
        return name_of(window.created_by)

    @extend_schema_field(serializers.ListField(child=serializers.DateTimeField()))
    def get_next(self, window: MaintenanceWindow) -> list[str]:
        """Return when the times after the present one begin, three at most."""
        if window.active_until is None or not window.rrule:
            return []
        spans = islice(schedule.upcoming(maintenance.plan_of(window), window.active_until), NEXT)
        return [start.isoformat() for start, _until in spans]


class DraftSerializer(serializers.Serializer[Any]):
    """What a window is to be: at least one criterion; ``rrule`` repeats it on the province's calendar."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    monitor = serializers.CharField(required=False, allow_blank=True, max_length=40)
    rule = serializers.CharField(required=False, allow_blank=True, max_length=80)
    category = serializers.CharField(required=False, allow_blank=True, max_length=60)
    fingerprint_prefix = serializers.CharField(required=False, allow_blank=True, max_length=300)
    unit = serializers.CharField(required=False, allow_blank=True, max_length=20)
    lon = serializers.FloatField(required=False, min_value=-180, max_value=180)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    metres = serializers.IntegerField(required=False, min_value=1, max_value=maintenance.FARTHEST)
    critical_too = serializers.BooleanField(required=False)
    starts = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    rrule = serializers.CharField(required=False, allow_blank=True, max_length=200)


class EditSerializer(DraftSerializer):
    """What a window is to be instead: fields left out stay, an empty one is taken out. ``version`` is what was read."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    title = serializers.CharField(max_length=200, required=False)
    starts = serializers.DateTimeField(required=False)
    ends = serializers.DateTimeField(required=False)
    lon = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)
    lat = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)


class MaintenanceFilter(django_filters.FilterSet):
    """Those that are under way or to come (``open=true``), or that are over."""

    open = BooleanFilter("active_from", lookup_expr="isnull", exclude=True)

    class Meta:
        model = MaintenanceWindow
        fields = ("monitor",)


class MaintenanceList(ListView):
    """Windows, newest first."""

    access = "maintenance.read"
    shows_realm = True
    serializer_class = MaintenanceSerializer
    filterset_class = MaintenanceFilter
    export_name = "maintenance"
    queryset = MaintenanceWindow.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return those of the realm asked for."""
        rows = MaintenanceWindow.objects.filter(realm=asked_realm(self.request))
        return hiding_now(rows.select_related("unit", "created_by__person"))


class MaintenanceNew(IdempotentMixin, APIView):
    """Set a window ahead."""

    access = "maintenance.manage"

    @extend_schema(request=DraftSerializer, responses={201: MaintenanceSerializer})
    def post(self, request: Request) -> Response:
        """Set it ahead in the realm that this centre shows."""
        given = DraftSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        draft = draft_of(given.validated_data)

        def act() -> Response:
            made = maintenance.set_ahead(realm=settings.IOC_REALM, draft=draft, acting_user=user_of(request))
            return Response(_shown(made.public_id), status=201)

        return self.once(request, act)


class MaintenanceDetail(APIView):
    """One window."""

    access = "maintenance.read"

    @extend_schema(responses=MaintenanceSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return it."""
        del request
        return Response(_shown(public_id))


class MaintenanceEdit(IdempotentMixin, APIView):
    """Edit a window that is not under way."""

    access = "maintenance.manage"

    @extend_schema(request=EditSerializer, responses=MaintenanceSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Write it anew; 409 when it was changed since ``version``, is under way or over. Nothing is overwritten."""
        given = EditSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        version, user = values.pop("version"), user_of(request)
        present = maintenance.draft_from(_window(public_id))
        draft = replace(present, **_changes(values))

        def act() -> Response:
            maintenance.edit(public_id=public_id, draft=draft, version=version, acting_user=user)
            return Response(_shown(public_id))

        return self.once(request, act)


class UntilSerializer(serializers.Serializer[Any]):
    """Until when instead."""

    until = serializers.DateTimeField()


class MaintenanceVerb(IdempotentMixin, APIView):
    """End a window's present time early, let it end later, or cancel the window."""

    access = "maintenance.manage"
    verb = ""

    @extend_schema(request=UntilSerializer, responses=MaintenanceSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Do it; ``until`` is for extending alone."""
        user = user_of(request)
        _window(public_id)
        more: dict[str, Any] = {}
        if self.verb == "extend":
            given = UntilSerializer(data=request.data)
            given.is_valid(raise_exception=True)
            more = given.validated_data

        def act() -> Response:
            VERBS[self.verb](public_id=public_id, acting_user=user, **more)
            return Response(_shown(public_id))

        return self.once(request, act)


VERBS: dict[str, Any] = {"end": maintenance.end, "extend": maintenance.extend, "cancel": maintenance.cancel}


def draft_of(given: dict[str, Any]) -> maintenance.Draft:
    """Return what was asked for; InvalidInputError for a unit that is not there and half a place."""
    return maintenance.Draft(**_changes(given))


def _changes(given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a draft that were given: a unit for its code, a place for longitude and latitude."""
    values = dict(given)
    lon, lat = values.pop("lon", None), values.pop("lat", None)
    if (lon is None) != (lat is None):
        raise InvalidInputError({"lon": [_("longitude and latitude go together")]})
    if {"lon", "lat"} & given.keys():
        values["place"] = None if lon is None or lat is None else (lon, lat)
    if "unit" in values:
        values["unit"] = _unit(values["unit"])
    return values


def _unit(code: str) -> Unit | None:
    if not code:
        return None
    found = unit_by_code(code, clock.now(settings.IOC_REALM).astimezone(clock.LOCAL).date())
    if found is None:
        raise InvalidInputError({"unit": [_("there is no such unit")]})
    return found


def _window(public_id: UUID) -> MaintenanceWindow:
    rows = MaintenanceWindow.objects.filter(public_id=public_id).select_related("unit", "created_by__person")
    found = hiding_now(rows).first()
    if found is None:
        raise Http404
    return found


def _shown(public_id: UUID) -> Any:
    return MaintenanceSerializer(_window(public_id)).data
