"""Duty over HTTP: who has it, rosters with their rotations, swaps, leaves and calendar addresses."""

from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.directory.models import DutyShift
from services.duty import doing, ics_in, reach, serializers
from services.duty.actions import feeds, leaves, overrides, rotations
from services.duty.models import Leave, Swap
from services.duty.overview import overview_of, overviews
from services.kernel.api import ListView, NewestFirst, asked_realm
from services.kernel.filters import BooleanFilter, InstantFilter
from services.kernel.idempotency import IdempotentMixin

SLUG = OpenApiParameter("roster", OpenApiTypes.STR, OpenApiParameter.PATH, pattern="^[-a-zA-Z0-9_]+$")


def feed_address(secret: str) -> str:
    """Return the whole address of a calendar."""
    return settings.IOC_PUBLIC_URL + reverse("duty:feed", args=[secret])


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


class _Deed(IdempotentMixin, APIView):
    """One deed by POST; ``given`` reads the body."""

    given: type[Any] = serializers.Nothing

    def read(self, request: Request) -> Any:
        """Return the valid body; 400 by field."""
        body = self.given(data=request.data)
        body.is_valid(raise_exception=True)
        return body


class RosterSettings(_Deed):
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


class RotationAdd(_Deed):
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


class RotationChange(_Deed):
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


class RotationRetire(_Deed):
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


class OverrideAdd(_Deed):
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


class OverrideWithdraw(_Deed):
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


class CalendarImport(_Deed):
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


class SwapList(ListView):
    """Swaps one has a part in, newest first."""

    access = "duty.own"
    shows_realm = True
    serializer_class = serializers.SwapSerializer
    export_name = "swaps"
    queryset = Swap.objects.none()

    class filterset_class(django_filters.FilterSet):  # noqa: N801 - what the list view asks for
        """By state and roster."""

        roster = django_filters.CharFilter("roster__slug")
        state = django_filters.MultipleChoiceFilter(choices=Swap.State.choices)

        class Meta:
            model = Swap
            fields = ()

    def get_queryset(self) -> QuerySet[Any]:
        """Return those of the realm asked for."""
        return reach.swaps(user_of(self.request)).filter(realm=asked_realm(self.request))


class SwapAsk(_Deed):
    """A question to another: will you take my shift?"""

    access = "duty.own"
    given = serializers.SwapGiven

    @extend_schema(request=serializers.SwapGiven, responses={201: serializers.SwapSerializer})
    def post(self, request: Request) -> Response:
        """Ask; the other agrees or refuses."""
        data = self.read(request).validated_data

        def act() -> Response:
            return Response(serializers.SwapSerializer(doing.ask_swap(user_of(request), **data)).data, status=201)

        return self.once(request, act)


class SwapVerb(_Deed):
    """A word to a swap."""

    verb = ""

    @property
    def access(self) -> str:
        """Approving is for who answers for the roster, the rest for both persons."""
        return "duty.write" if self.verb == "approve" else "duty.own"

    @extend_schema(request=None, responses=serializers.SwapSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Say it; 409 names what its state allows."""
        reach.swap(user_of(request), public_id, self.access)

        def act() -> Response:
            return Response(serializers.SwapSerializer(doing.answer_swap(user_of(request), public_id, self.verb)).data)

        return self.once(request, act)


class LeaveList(ListView):
    """Leaves: one's own, one's people's, and those one stands in for."""

    access = "duty.own"
    shows_realm = True
    serializer_class = serializers.LeaveSerializer
    export_name = "leaves"
    queryset = Leave.objects.none()

    class filterset_class(django_filters.FilterSet):  # noqa: N801 - what the list view asks for
        """By person; ``called_off=false`` for those that count."""

        person = django_filters.UUIDFilter("person__public_id")
        called_off = BooleanFilter("ended_at", lookup_expr="isnull", exclude=True)

        class Meta:
            model = Leave
            fields = ()

    def get_queryset(self) -> QuerySet[Any]:
        """Return those of the realm asked for."""
        return reach.leaves(user_of(self.request)).filter(realm=asked_realm(self.request)).distinct()


class LeaveAdd(_Deed):
    """A leave, and who stands in."""

    access = "duty.own"
    given = serializers.LeaveGiven

    @extend_schema(request=serializers.LeaveGiven, responses={201: serializers.LeaveSerializer})
    def post(self, request: Request) -> Response:
        """Write it for oneself or for one's own people."""
        data = self.read(request).validated_data

        def act() -> Response:
            return Response(serializers.LeaveSerializer(doing.add_leave(user_of(request), **data)).data, status=201)

        return self.once(request, act)


class LeaveEnd(_Deed):
    """The end of a leave."""

    access = "duty.own"

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Call it off, or end it now; 409 when it is over."""
        found = reach.leave(user_of(request), public_id)

        def act() -> Response:
            leaves.end_leave(leave=found, acting_user=user_of(request))
            return Response(status=204)

        return self.once(request, act)


class FeedAdd(_Deed):
    """A secret calendar address."""

    access = "duty.own"
    given = serializers.FeedGiven

    @extend_schema(operation_id="duty_feeds_list", responses=serializers.FeedListSerializer)
    def get(self, request: Request) -> Response:
        """Return those that one has made and not revoked, without their secrets; for a supervisor all."""
        rows = reach.feeds(user_of(request)).filter(realm=settings.IOC_REALM, revoked_at=None).order_by("pk")
        return Response({"results": serializers.FeedSerializer(rows, many=True).data})

    @extend_schema(request=serializers.FeedGiven, responses={201: serializers.NewFeedSerializer})
    def post(self, request: Request) -> Response:
        """Make it; the address is told this once."""
        user, slug = user_of(request), self.read(request).validated_data["roster"]
        roster = reach.roster(user, slug) if slug else None
        if slug and roster is None:
            raise Http404

        def act() -> Response:
            feed, secret = doing.make_feed(user, roster, settings.IOC_REALM)
            feed.address = feed_address(secret)  # type: ignore[attr-defined]  # for this answer alone
            return Response(serializers.NewFeedSerializer(feed).data, status=201)

        return self.once(request, act)


class FeedRevoke(_Deed):
    """The end of a calendar address."""

    access = "duty.own"

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Revoke it: the address answers 404 from now on."""
        found = reach.feed(user_of(request), public_id)

        def act() -> Response:
            feeds.revoke_feed(feed=found, acting_user=user_of(request))
            return Response(status=204)

        return self.once(request, act)
