"""Saved views over HTTP: everybody's own; another's is not there."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.kernel.idempotency import IdempotentMixin
from services.tickets.models import SavedView
from services.tickets.page_filters import Filters, filters_from
from services.tickets.queue import saved

LONGEST_QUERY = 1000


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    """A view: ``query`` is what stands after the question mark of ``/tickets/`` and of ``/api/tickets/queue/``."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = SavedView
        fields = ("id", "name", "query", "is_default", "version")


class SavedViewListSerializer(serializers.Serializer[Any]):
    """One's own views by name; there are at most thirty."""

    results = SavedViewSerializer(many=True)


class SavedViewEditSerializer(serializers.Serializer[Any]):
    """What a view is to be instead; what is left out stays. ``version`` is the one that was read."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    name = serializers.CharField(required=False, max_length=80)
    query = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_QUERY,
        help_text="filters as in the list's address, of everybody's tickets where it names no holder; what does not "
        "exist is left out",
    )
    is_default = serializers.BooleanField(required=False, help_text="shown when the workspace is opened")


class SavedViewNewSerializer(SavedViewEditSerializer):
    """A view to be kept; one of the same name is replaced."""

    version = None  # type: ignore[assignment]  # a new one has none
    name = serializers.CharField(max_length=80)


class SavedViewList(APIView):
    """One's own views."""

    access = "tickets.views"

    @extend_schema(operation_id="tickets_views_list", responses=SavedViewListSerializer)
    def get(self, request: Request) -> Response:
        """Return them by name."""
        return Response({"results": SavedViewSerializer(saved.views_of(user_of(request)), many=True).data})


class SavedViewNew(IdempotentMixin, APIView):
    """A new view."""

    access = "tickets.views"

    @extend_schema(
        operation_id="tickets_views_new", request=SavedViewNewSerializer, responses={201: SavedViewSerializer}
    )
    def post(self, request: Request) -> Response:
        """Keep filters under a name."""
        given = SavedViewNewSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = given.validated_data

        def act() -> Response:
            made = saved.keep(
                owner=user_of(request),
                name=fields["name"],
                filters=filters_of(fields.get("query", "")),
                is_default=fields.get("is_default", False),
            )
            return Response(SavedViewSerializer(made).data, status=201)

        return self.once(request, act)


class SavedViewDetail(APIView):
    """One view."""

    access = "tickets.views"

    @extend_schema(operation_id="tickets_views_retrieve", responses=SavedViewSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return it; 404 for another's."""
        return Response(SavedViewSerializer(saved.own(user_of(request), public_id)).data)


class SavedViewEdit(IdempotentMixin, APIView):
    """Another name, other filters, or the first place."""

    access = "tickets.views"

    @extend_schema(operation_id="tickets_views_edit", request=SavedViewEditSerializer, responses=SavedViewSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Change it; 409 when it was changed since ``version``. Nothing is overwritten."""
        user = user_of(request)
        saved.own(user, public_id)
        given = SavedViewEditSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        if "query" in fields:
            fields["filters"] = filters_of(fields.pop("query"))
        act = lambda: Response(SavedViewSerializer(saved.edit(owner=user, public_id=public_id, **fields)).data)  # noqa: E731
        return self.once(request, act)


class SavedViewRemove(IdempotentMixin, APIView):
    """The end of a view."""

    access = "tickets.views"

    @extend_schema(operation_id="tickets_views_remove", request=None, responses={204: None})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Forget it."""
        user = user_of(request)

        def act() -> Response:
            saved.remove(owner=user, view=saved.own(user, public_id))
            return Response(status=204)

        return self.once(request, act)


def filters_of(query: str) -> Filters:
    """Read filters as from the list's address; without a holder they are everybody's."""
    return filters_from(QueryDict(query), holder="all")
