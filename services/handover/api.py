"""The hand-over log over HTTP."""

from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.contract import SEVERITIES
from services.directory.access import user_of
from services.duty.serializers import DutyPersonSerializer
from services.handover import actions, seal, selectors
from services.handover.models import Handover, Item
from services.kernel import clock
from services.kernel.api import ListView, asked_realm
from services.kernel.filters import InstantFilter
from services.kernel.idempotency import IdempotentMixin
from services.kernel.text import render


class ItemSerializer(serializers.ModelSerializer[Item]):
    """An open item as it was; ``text`` is its title in the reader's language."""

    severity = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = ("id", "kind", "ref", "code", "severity", "text", "at", "note")

    def get_severity(self, item: Item) -> str:
        """Return the severity's name."""
        return SEVERITIES[item.severity]

    def get_text(self, item: Item) -> str:
        """Return the title."""
        return render(item.title)


class HandoverSerializer(serializers.ModelSerializer[Handover]):
    """A hand-over in a list."""

    id = serializers.UUIDField(source="public_id")
    roster = serializers.SlugField(source="roster.slug")
    outgoing = DutyPersonSerializer()
    incoming = DutyPersonSerializer(allow_null=True)

    class Meta:
        model = Handover
        fields = (
            *("id", "roster", "outgoing", "incoming", "shift_starts", "shift_ends", "state", "totals"),
            *("late_at", "signed_at", "accepted_at", "digest"),
        )


class HandoverDetailSerializer(HandoverSerializer):
    """A hand-over with its words and items; ``intact`` tells whether it is still what was signed."""

    items = ItemSerializer(many=True)
    intact = serializers.SerializerMethodField()

    class Meta(HandoverSerializer.Meta):
        fields = (*HandoverSerializer.Meta.fields, "text", "remarks", "taken_at", "items", "intact")  # type: ignore[assignment]

    def get_intact(self, handover: Handover) -> bool | None:
        """Return None before it is signed."""
        if handover.state == Handover.State.OPEN:
            return None
        return seal.is_intact(handover, list(handover.items.all()))


class NoteGiven(serializers.Serializer[Any]):
    """A note for an item."""

    item = serializers.IntegerField(min_value=1, max_value=2**62)
    note = serializers.CharField(max_length=500, allow_blank=True)


class WriteGiven(serializers.Serializer[Any]):
    """What happened, and notes."""

    text = serializers.CharField(max_length=actions.LONGEST, allow_blank=True)
    notes = NoteGiven(many=True, required=False, default=list)


class AcceptGiven(serializers.Serializer[Any]):
    """Remarks of who comes."""

    remarks = serializers.CharField(max_length=actions.LONGEST, allow_blank=True, default="")


class OpenGiven(serializers.Serializer[Any]):
    """Which shift: its id in ``/api/duty/shifts/``."""

    shift = serializers.IntegerField(min_value=1, max_value=2**62)


class HandoverFilter(django_filters.FilterSet):
    """By roster, state and the shift's end."""

    roster = django_filters.CharFilter("roster__slug")
    state = django_filters.MultipleChoiceFilter(choices=Handover.State.choices)
    since = InstantFilter("shift_ends", "gte")
    until = InstantFilter("shift_ends", "lt")

    class Meta:
        model = Handover
        fields = ()


class HandoverList(ListView):
    """The log within the reader's reach, newest first."""

    access = "handovers.read"
    shows_realm = True
    serializer_class = HandoverSerializer
    filterset_class = HandoverFilter
    export_name = "handovers"
    queryset = Handover.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return that of the realm asked for."""
        return selectors.visible(user_of(self.request), asked_realm(self.request))


def detail(request: Request, public_id: UUID) -> Response:
    """Return one entry as it is now."""
    found = selectors.handover(user_of(request), public_id)
    return Response(HandoverDetailSerializer(found).data)


class HandoverDetail(APIView):
    """One entry."""

    access = "handovers.read"

    @extend_schema(responses=HandoverDetailSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return it with its items."""
        return detail(request, public_id)


class _Deed(IdempotentMixin, APIView):
    access = "handovers.write"


class HandoverOpen(_Deed):
    """The entry of one's own running shift, before it is opened by itself."""

    @extend_schema(operation_id="handovers_open", request=OpenGiven, responses={201: HandoverDetailSerializer})
    def post(self, request: Request) -> Response:
        """Open it with what is open now; 404 for a shift that is another's, over, or has its entry."""
        given = OpenGiven(data=request.data)
        given.is_valid(raise_exception=True)
        user, wanted = user_of(request), given.validated_data["shift"]

        def act() -> Response:
            running = selectors.own_shifts(user, clock.now(settings.IOC_REALM))
            shift = next((one for one in running if one.pk == wanted), None)
            if shift is None:
                raise Http404
            opened = actions.open_for(shift)
            return Response(HandoverDetailSerializer(selectors.handover(user, opened.public_id)).data, status=201)

        return self.once(request, act)


class HandoverWrite(_Deed):
    """Words and notes, not signed yet."""

    @extend_schema(request=WriteGiven, responses=HandoverDetailSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Keep them; 409 once it is signed."""
        found = selectors.handover(user_of(request), public_id, self.access)
        given = _written(request)

        def act() -> Response:
            actions.write(handover=found, acting_user=user_of(request), **given)
            return detail(request, public_id)

        return self.once(request, act)


class HandoverRefresh(_Deed):
    """Another look at what is open."""

    @extend_schema(request=None, responses=HandoverDetailSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Bring the items up to date; 409 once it is signed."""
        found = selectors.handover(user_of(request), public_id, self.access)

        def act() -> Response:
            actions.refresh(handover=found, acting_user=user_of(request))
            return detail(request, public_id)

        return self.once(request, act)


class HandoverSign(_Deed):
    """The outgoing person's signature."""

    @extend_schema(request=WriteGiven, responses=HandoverDetailSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Sign words and notes as sent; 400 when items came in that nobody has seen."""
        found = selectors.handover(user_of(request), public_id, self.access)
        # Outside ``once``: its transaction would take back the words that a refusal keeps. Signed again is a 409.
        actions.sign(handover=found, acting_user=user_of(request), **_written(request))
        return detail(request, public_id)


class HandoverAccept(_Deed):
    """The incoming person's signature."""

    @extend_schema(request=AcceptGiven, responses=HandoverDetailSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Accept it; 409 before it is signed and after it was accepted."""
        found = selectors.handover(user_of(request), public_id, self.access)
        given = AcceptGiven(data=request.data)
        given.is_valid(raise_exception=True)

        def act() -> Response:
            actions.accept(handover=found, acting_user=user_of(request), **given.validated_data)
            return detail(request, public_id)

        return self.once(request, act)


def _written(request: Request) -> dict[str, Any]:
    given = WriteGiven(data=request.data)
    given.is_valid(raise_exception=True)
    notes = {one["item"]: one["note"] for one in given.validated_data["notes"]}
    return {"text": given.validated_data["text"], "notes": notes}
