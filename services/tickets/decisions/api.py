"""What waits for a decision, and a leader's directive, over HTTP."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.contract import SEVERITY_CHOICES
from services.directory.access import user_of
from services.directory.models import Person
from services.kernel.idempotency import IdempotentMixin
from services.tickets import directives
from services.tickets import selectors as tickets
from services.tickets.decisions import selectors
from services.tickets.flow.serializers import TicketExtensionSerializer
from services.tickets.models import Extension
from services.tickets.serializers import TicketSerializer


class AskedForTimeSerializer(serializers.Serializer[Extension]):
    """A ticket that asks for more time; ``grant_extension`` or ``refuse_extension`` of the ticket answers."""

    ticket = TicketSerializer()
    asked = TicketExtensionSerializer(source="*")


class ToApproveSerializer(serializers.Serializer[Any]):
    """``total`` is of all, ``results`` one page of them, the next due first."""

    total = serializers.IntegerField()
    results = TicketSerializer(many=True)


class ToExtendSerializer(serializers.Serializer[Any]):
    """``total`` is of all, ``results`` one page of them, the nearest present deadline first."""

    total = serializers.IntegerField()
    results = AskedForTimeSerializer(many=True)


class DecisionsSerializer(serializers.Serializer[Any]):
    """What the reader is to decide, by heading: done or not, more time, what reached the own level, own directives."""

    approve = ToApproveSerializer()
    extend = ToExtendSerializer()
    reached = ToApproveSerializer()
    directives = ToApproveSerializer()


class DecisionsPageSerializer(serializers.Serializer[Any]):
    """Which page of every heading."""

    page = serializers.IntegerField(default=1, min_value=1, max_value=9999)


class Decisions(APIView):
    """What waits for the reader's decision."""

    access = "tickets.approve"

    @extend_schema(
        operation_id="tickets_decisions", parameters=[DecisionsPageSerializer], responses=DecisionsSerializer
    )
    def get(self, request: Request) -> Response:
        """Return each heading's total and thirty of it; the verbs of the tickets answer them."""
        asked = DecisionsPageSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        user = user_of(request)
        under = selectors.headings(user, Person.objects.filter(user=user).first())
        under["extend"] = under["extend"].select_related(*(f"ticket__{name}" for name in SHOWN_WITH)).defer(*BORDERS)
        totals, start = selectors.totals(under), (asked.validated_data["page"] - 1) * selectors.SHOWN
        found = {
            name: {"total": totals[name], "results": rows[start : start + selectors.SHOWN]}
            for name, rows in under.items()
        }
        return Response(DecisionsSerializer(found).data)


SHOWN_WITH = ("unit", "department", "assignee", "alert")
BORDERS = ("ticket__unit__geometry", "ticket__unit__outline", "ticket__alert__evidence")


class DirectiveSerializer(serializers.Serializer[Any]):
    """What is to be done, by whom, until when; with ``on`` it hangs on that ticket."""

    words = serializers.CharField(max_length=directives.LONGEST)
    to = serializers.CharField(max_length=80, help_text="department:<slug> or unit:<code>")
    due_on = serializers.DateField(help_text="a working day ahead; due at its close")
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES, default="medium")
    on = serializers.UUIDField(required=False, help_text="another ticket's id")


class Direct(IdempotentMixin, APIView):
    """Give a directive."""

    access = "tickets.direct"

    @extend_schema(request=DirectiveSerializer, responses={201: TicketSerializer})
    def post(self, request: Request) -> Response:
        """Open its ticket; 404 for a ticket ``on`` that is out of reach."""
        given = DirectiveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields, user = dict(given.validated_data), user_of(request)

        def act() -> Response:
            on = fields.pop("on", None)
            parent = tickets.ticket(user, on) if on else None
            realm = parent.realm if parent else settings.IOC_REALM
            made = directives.direct(acting_user=user, realm=realm, parent=parent, **fields)
            return Response(TicketSerializer(made).data, status=status.HTTP_201_CREATED)

        return self.once(request, act)
