"""Tickets over HTTP: list, detail, attachments, and one address per verb."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.contract import SEVERITY_CHOICES, rank_of
from services.directory.access import user_of
from services.kernel.api import ListView, asked_realm
from services.kernel.filters import BooleanFilter, InstantFilter
from services.kernel.idempotency import IdempotentMixin
from services.tickets import actions, selectors, workflow
from services.tickets.models import Attachment, Ticket, TicketEntry
from services.tickets.serializers import (
    AttachSerializer,
    TicketDetailSerializer,
    TicketSerializer,
    TicketVerbSerializer,
)


class TicketFilter(django_filters.FilterSet):
    """By what people ask for: state, severity, monitor, place, time; ``open=true`` for what is not ended."""

    severity = django_filters.MultipleChoiceFilter(choices=SEVERITY_CHOICES, method="by_severity")
    state = django_filters.MultipleChoiceFilter(choices=workflow.STATE_CHOICES)
    open = BooleanFilter(method="by_open")
    unit = django_filters.CharFilter("unit__code")
    department = django_filters.CharFilter("department__slug")
    alert = django_filters.UUIDFilter("alert__public_id")
    due_to = InstantFilter("due_at", "lt")
    opened_from = InstantFilter("opened_at", "gte")
    opened_to = InstantFilter("opened_at", "lt")

    class Meta:
        model = Ticket
        fields = ("monitor", "rule", "category", "code", "outcome")

    @extend_schema_field({"type": "string", "enum": [name for name, _title in SEVERITY_CHOICES]})
    def by_severity(self, rows: QuerySet[Ticket], name: str, values: list[Any]) -> QuerySet[Ticket]:
        """Keep the named severities."""
        del name
        return rows.filter(severity__in=[rank_of(value) for value in values]) if values else rows

    def by_open(self, rows: QuerySet[Ticket], name: str, value: bool) -> QuerySet[Ticket]:
        """Keep those that are open, or those that are not."""
        del name
        return rows.filter(state__in=workflow.OPEN) if value else rows.exclude(state__in=workflow.OPEN)


class TicketList(ListView):
    """Tickets within the reader's scope, newest first."""

    access = "tickets.read"
    shows_realm = True
    serializer_class = TicketSerializer
    filterset_class = TicketFilter
    export_name = "tickets"
    queryset = Ticket.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the reader may see of the realm asked for."""
        return selectors.visible(user_of(self.request), asked_realm(self.request))


def detail(user: Any, public_id: UUID) -> dict[str, Any]:
    """Return one ticket with ladder and history, in a constant number of statements."""
    found = selectors.ticket(user, public_id)
    entries = Prefetch("entries", TicketEntry.objects.select_related("actor__person"))
    prefetched = Ticket.objects.select_related("unit", "department", "assignee", "alert").prefetch_related(
        "steps", entries
    )
    return dict(TicketDetailSerializer(prefetched.get(pk=found.pk)).data)


class TicketDetail(APIView):
    """One ticket."""

    access = "tickets.read"

    @extend_schema(responses=TicketDetailSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return it with its ladder and history; 404 out of scope."""
        return Response(detail(user_of(request), public_id))


class TicketVerb(IdempotentMixin, APIView):
    """Do one verb to a ticket."""

    verb = ""
    serializer_class: type[TicketVerbSerializer] = TicketVerbSerializer

    @property
    def access(self) -> str:
        """Return the row of the access table that the verb asks."""
        return workflow.ACTION_OF[self.verb] if self.verb else "tickets.act"

    @extend_schema(request=TicketVerbSerializer, responses=TicketDetailSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Do it; 409 names the legal verbs when the state forbids it."""
        given = self.serializer_class(data=request.data)
        given.is_valid(raise_exception=True)

        def act() -> Response:
            actions.perform(
                verb=self.verb, ticket_public_id=public_id, acting_user=user_of(request), **given.validated_data
            )
            return Response(detail(user_of(request), public_id))

        return self.once(request, act)


class TicketAttach(TicketVerb):
    """Put a file on a ticket."""

    verb = "attach"
    parser_classes = (MultiPartParser,)
    serializer_class = AttachSerializer

    @extend_schema(request={"multipart/form-data": AttachSerializer}, responses=TicketDetailSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Keep the file in private storage; whoever sees the ticket may download it."""
        return super().post(request, public_id)


class AttachmentDetail(APIView):
    """A file on a ticket, for those who see the ticket."""

    access = "tickets.read"

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, public_id: UUID) -> FileResponse:
        """Return the file as a download, never shown in place: it came from outside."""
        kept = Attachment.objects.select_related("entry__ticket").filter(public_id=public_id).first()
        if kept is None:
            raise Http404
        selectors.ticket(user_of(request), kept.entry.ticket.public_id)
        return FileResponse(
            kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type="application/octet-stream"
        )
