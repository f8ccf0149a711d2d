"""Duty over HTTP, the rosters: who has it, how each is run, rotations, overrides and calendar files."""

from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.directory.models import DutyShift
from services.duty import doing, ics_in, reach, serializers
from services.duty.actions import overrides, rotations
from services.duty.api_deed import Deed
from services.duty.overview import overview_of, overviews
from services.kernel.api import ListView, NewestFirst, asked_realm
from services.kernel.filters import BooleanFilter, InstantFilter

SLUG = OpenApiParameter("roster", OpenApiTypes.STR, OpenApiParameter.PATH, pattern="^[-a-zA-Z0-9_]+$")


class RosterList(APIView):
    """Every roster with who has the duty now."""

    access = "duty.read"
    shows_realm = True

    @extend_schema(responses=serializers.RosterSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return them in a constant number of statements."""
        return Response(serializers.RosterSerializer(overviews(asked_realm(request)), many=True).data)


class RosterDetail(APIView):
    """One roster."""

    access = "duty.read"
    shows_realm = True

    @extend_schema(parameters=[SLUG], responses=serializers.RosterDetailSerializer)
    def get(self, request: Request, roster: str) -> Response:
        """Return it with rotations, overrides and warnings."""
        found = reach.roster(user_of(request), roster)
        return Response(serializers.RosterDetailSerializer(overview_of(found, asked_realm(request))).data)


class ShiftFilter(django_filters.FilterSet):
    """By roster, person and time; ``until`` is excluded."""

    roster = django_filters.CharFilter("roster__slug")
    person = django_filters.UUIDFilter("person__public_id")
    since = InstantFilter("ends", "gt")
    until = InstantFilter("starts", "lt")
    planned = BooleanFilter("planned")

    class Meta:
        model = DutyShift
        fields = ()


class ByStart(NewestFirst):
    """Pages in order of time."""

    ordering = ("-starts", "-pk")  # type: ignore[assignment]


class ShiftList(ListView):
    """Shifts, the latest first."""

    access = "duty.read"
    shows_realm = True
    serializer_class = serializers.ShiftSerializer
    filterset_class = ShiftFilter
    pagination_class = ByStart
    export_name = "shifts"
    queryset = DutyShift.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return the shifts of the realm asked for."""
        rows = DutyShift.objects.filter(person__realm=asked_realm(self.request))
        return rows.select_related("roster", "person")


class RosterSettings(Deed):
    """How a roster is run."""

    access = "duty.write"
    given = serializers.PlanGiven

    @extend_schema(parameters=[SLUG], request=serializers.PlanGiven, responses=serializers.RosterDetailSerializer)
    def post(self, request: Request, roster: str) -> Response:
        """Change what is given, leave the rest."""
        found = reach.roster(user_of(request), roster, "duty.write")
        data = self.read(request).validated_data

        def act() -> Response:
            rotations.set_plan(roster=found, realm=settings.IOC_REALM, acting_user=user_of(request), **data)
            return Response(serializers.RosterDetailSerializer(overview_of(found, settings.IOC_REALM)).data)

        return self.once(request, act)


class RotationAdd(Deed):
    """A new rotation."""

    access = "duty.write"
    given = serializers.RotationGiven

    @extend_schema(
        parameters=[SLUG], request=serializers.RotationGiven, responses={201: serializers.RotationSerializer}
    )
    def post(self, request: Request, roster: str) -> Response:
        """Add it and write the shifts ahead."""
        found = reach.roster(user_of(request), roster, "duty.write")
        given = self.read(request).given()

        def act() -> Response:
            made = rotations.add_rotation(
                roster=found, realm=settings.IOC_REALM, given=given, acting_user=user_of(request)
            )
            return Response(serializers.RotationSerializer(made).data, status=201)

        return self.once(request, act)


class RotationChange(Deed):
    """Another plan for a rotation, from now on."""

    access = "duty.write"
    given = serializers.RotationGiven

    @extend_schema(request=serializers.RotationGiven, responses=serializers.RotationSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Change it whole; what has been stays."""
        found = reach.rotation(user_of(request), public_id)
        given = self.read(request).given()

        def act() -> Response:
            made = rotations.change_rotation(rotation=found, given=given, acting_user=user_of(request))
            return Response(serializers.RotationSerializer(made).data)

        return self.once(request, act)


class RotationRetire(Deed):
    """The end of a rotation."""

    access = "duty.write"

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, public_id: UUID) -> Response:
        """End it now."""
        found = reach.rotation(user_of(request), public_id)

        def act() -> Response:
            rotations.retire_rotation(rotation=found, acting_user=user_of(request))
            return Response(status=204)

        return self.once(request, act)


class OverrideAdd(Deed):
    """Somebody takes the duty for a while."""

    access = "duty.write"
    given = serializers.OverrideGiven

    @extend_schema(
        parameters=[SLUG], request=serializers.OverrideGiven, responses={201: serializers.OverrideSerializer}
    )
    def post(self, request: Request, roster: str) -> Response:
        """Write it over whatever the rotations say."""
        found = reach.roster(user_of(request), roster, "duty.write")
        data = self.read(request).validated_data

        def act() -> Response:
            made = doing.add_override(user_of(request), found, settings.IOC_REALM, **data)
            return Response(serializers.OverrideSerializer(made).data, status=201)

        return self.once(request, act)


class OverrideWithdraw(Deed):
    """An override taken back."""

    access = "duty.write"

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take it back from now on; 409 when it is over."""
        found = reach.override(user_of(request), public_id)

        def act() -> Response:
            overrides.withdraw_override(override=found, acting_user=user_of(request))
            return Response(status=204)

        return self.once(request, act)


class CalendarImport(Deed):
    """A calendar file for a roster."""

    access = "duty.write"
    given = serializers.CalendarGiven

    @extend_schema(parameters=[SLUG], request=serializers.CalendarGiven, responses=serializers.CalendarAnswer)
    def post(self, request: Request, roster: str) -> Response:
        """Tell what the file would change, event by event; with ``apply`` write the events without an error."""
        found = reach.roster(user_of(request), roster, "duty.write")
        data = self.read(request).validated_data

        def act() -> Response:
            common = {"text": data["ics"], "roster": found, "realm": settings.IOC_REALM}
            seen = ics_in.apply(**common, acting_user=user_of(request)) if data["apply"] else ics_in.preview(**common)
            answer = {"applied": data["apply"], "rows": seen.rows}
            return Response(serializers.CalendarAnswer(answer).data)

        return self.once(request, act)
