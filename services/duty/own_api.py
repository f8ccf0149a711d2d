"""Duty over HTTP, what is people's own: swaps of shifts, leaves with who stands in, calendar addresses."""

from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from services.directory.access import user_of
from services.duty import doing, reach, serializers
from services.duty.actions import feeds, leaves
from services.duty.api_deed import Deed
from services.duty.models import Leave, Swap
from services.kernel.api import ListView, asked_realm
from services.kernel.filters import BooleanFilter


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


class SwapAsk(Deed):
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


class SwapVerb(Deed):
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


class LeaveAdd(Deed):
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


class LeaveEnd(Deed):
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


class FeedAdd(Deed):
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
            feed.address = doing.feed_address(secret)  # type: ignore[attr-defined]  # for this answer alone
            return Response(serializers.NewFeedSerializer(feed).data, status=201)

        return self.once(request, act)


class FeedRevoke(Deed):
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
