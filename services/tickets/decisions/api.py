"""A leader's directive over HTTP."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.contract import SEVERITY_CHOICES
from services.directory.access import user_of
from services.kernel.idempotency import IdempotentMixin
from services.tickets import directives, selectors
from services.tickets.serializers import TicketSerializer


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
            parent = selectors.ticket(user, on) if on else None
            realm = parent.realm if parent else settings.IOC_REALM
            made = directives.direct(acting_user=user, realm=realm, parent=parent, **fields)
            return Response(TicketSerializer(made).data, status=status.HTTP_201_CREATED)

        return self.once(request, act)
