"""Work on many tickets at once over HTTP: each is done or refused by itself, and the answer says which."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.kernel.idempotency import IdempotentMixin
from services.tickets.models import Ticket
from services.tickets.queue import bulk
from services.tickets.serializers import TicketVerbSerializer


class BulkSerializer(TicketVerbSerializer):
    """A verb, the tickets it is done to, and what comes with the verb: the same for all."""

    version = None  # type: ignore[assignment]  # each ticket has its own
    verb = serializers.ChoiceField(choices=list(bulk.KEYS))
    tickets = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=bulk.MOST, help_text="ids; others' are left out"
    )


class BulkOutcomeSerializer(serializers.Serializer[Any]):
    """What became of one ticket; ``text`` says it, or why not, in the reader's language."""

    id = serializers.UUIDField(source="ticket.public_id")
    code = serializers.CharField(source="ticket.code")
    done = serializers.BooleanField()
    text = serializers.CharField()
    state = serializers.CharField(help_text="the ticket's state now")
    version = serializers.IntegerField(help_text="the ticket's version now")


class BulkAnswerSerializer(serializers.Serializer[Any]):
    """What became of each, in the order in which they were named."""

    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkOutcomeSerializer(many=True)


class TicketBulk(IdempotentMixin, APIView):
    """Do one verb to many tickets."""

    access = "tickets.act"

    @extend_schema(operation_id="tickets_bulk", request=BulkSerializer, responses=BulkAnswerSerializer)
    def post(self, request: Request) -> Response:
        """Do it to each; a refusal of one leaves the others done. 400 when none of them is in reach."""
        given = BulkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        verb, named, user = fields.pop("verb"), fields.pop("tickets"), user_of(request)

        def act() -> Response:
            tickets = bulk.selected(user, [str(one) for one in named])
            # here all of them are one transaction: two who name the same ones crosswise would stand in each other's way
            in_order = sorted(tickets, key=lambda ticket: ticket.pk)
            outcomes = bulk.perform_all(verb=verb, tickets=in_order, acting_user=user, fields=fields)
            return Response(BulkAnswerSerializer(_answer(tickets, outcomes)).data)

        return self.once(request, act)


def _answer(tickets: list[Ticket], outcomes: list[bulk.Outcome]) -> dict[str, Any]:
    now = {one.pk: one for one in Ticket.objects.filter(pk__in=[one.pk for one in tickets]).only("state", "version")}
    by_ticket = {one.ticket.pk: one for one in outcomes}
    results = [
        {
            "ticket": ticket,
            "done": by_ticket[ticket.pk].done,
            "text": by_ticket[ticket.pk].text,
            "state": now[ticket.pk].state,
            "version": now[ticket.pk].version,
        }
        for ticket in tickets
    ]
    done = sum(one.done for one in outcomes)
    return {"done": done, "refused": len(outcomes) - done, "results": results}
