"""Tickets over HTTP: list, detail, attachments, and one address per verb."""

from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.contract import SEVERITY_CHOICES, rank_of
from services.directory.access import user_of
from services.directory.models import User
from services.kernel import clock
from services.kernel.api import ListView, asked_realm
from services.kernel.filters import BooleanFilter, InstantFilter
from services.kernel.idempotency import IdempotentMixin
from services.kernel.problems import TooLargeError
from services.tickets import actions, selectors, workflow
from services.tickets.flow import texts
from services.tickets.flow.serializers import StandardTextSerializer
from services.tickets.models import Ticket
from services.tickets.serializers import (
    AttachSerializer,
    TicketDetailSerializer,
    TicketSerializer,
    TicketVerbSerializer,
)

FORM_BYTES = 64 * 1024
"""What a form around a file may need for itself."""


class TicketFilter(django_filters.FilterSet):
    """By what people ask for: state, severity, monitor, place, time; ``open=true`` for what is not ended."""

    severity = django_filters.MultipleChoiceFilter(choices=SEVERITY_CHOICES, method="by_severity")
    state = django_filters.MultipleChoiceFilter(choices=workflow.STATE_CHOICES)
    open = BooleanFilter(method="by_open")
    unit = django_filters.CharFilter("unit__code")
    department = django_filters.CharFilter("department__slug")
    alert = django_filters.UUIDFilter("alert__public_id")
    parent = django_filters.UUIDFilter("parent__public_id")
    assignee = django_filters.UUIDFilter("assignee__public_id")
    assigned = BooleanFilter("assignee", lookup_expr="isnull", exclude=True)
    watched = BooleanFilter(method="by_watched")
    due_from = InstantFilter("due_at", "gte")
    due_to = InstantFilter("due_at", "lt")
    opened_from = InstantFilter("opened_at", "gte")
    opened_to = InstantFilter("opened_at", "lt")

    class Meta:
        model = Ticket
        fields = ("monitor", "rule", "category", "code", "outcome", "waiting_for")

    @extend_schema_field({"type": "string", "enum": [name for name, _title in SEVERITY_CHOICES]})
    def by_severity(self, rows: QuerySet[Ticket], name: str, values: list[Any]) -> QuerySet[Ticket]:
        """Keep the named severities."""
        del name
        return rows.filter(severity__in=[rank_of(value) for value in values]) if values else rows

    def by_open(self, rows: QuerySet[Ticket], name: str, value: bool) -> QuerySet[Ticket]:
        """Keep those that are open, or those that are not."""
        del name
        return rows.filter(state__in=workflow.OPEN) if value else rows.exclude(state__in=workflow.OPEN)

    def by_watched(self, rows: QuerySet[Ticket], name: str, value: bool) -> QuerySet[Ticket]:
        """Keep those that the reader watches, or does not."""
        del name
        reader = self.request.user.pk if self.request else None
        own = Ticket.watchers.through.objects.filter(user=reader).values("ticket")
        return rows.filter(pk__in=own) if value else rows.exclude(pk__in=own)


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


SHOWN_WITH = ("unit", "department", "assignee", "alert", "parent", "merged_into")
RELATIVES_WITH = ("parent__unit", "parent__department", "merged_into__unit", "merged_into__department")


def detail(user: User, public_id: UUID) -> dict[str, Any]:
    """Return one ticket with all it gathered, in a constant number of statements."""
    found = selectors.ticket(user, public_id)
    rows = Ticket.objects.select_related(*SHOWN_WITH, *RELATIVES_WITH).prefetch_related("steps")
    return dict(TicketDetailSerializer(rows.get(pk=found.pk), context={"user": user}).data)


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


class TicketTexts(APIView):
    """Standard texts for one ticket."""

    access = "tickets.read"

    @extend_schema(responses=StandardTextSerializer(many=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return those that fit its category and state, with code, place and date filled in."""
        found = selectors.ticket(user_of(request), public_id)
        return Response([StandardTextSerializer(one).data for one in texts.offered(found, clock.now(found.realm))])


class TicketAttach(TicketVerb):
    """Put a file on a ticket."""

    verb = "attach"
    parser_classes = (MultiPartParser,)
    serializer_class = AttachSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse by its announced length what is too large (413), before a byte of it is taken into memory."""
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            raise ParseError(_("Say by Content-Length how large the file is."))
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.IOC_ATTACHMENT_MAX_BYTES + FORM_BYTES:
            most = settings.IOC_ATTACHMENT_MAX_BYTES // 1024 // 1024
            raise TooLargeError(_("A file of at most {size} MB.").format(size=most))
        super().initial(request, *args, **kwargs)

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
        kept = selectors.attachment(user_of(request), public_id)
        return FileResponse(
            kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type="application/octet-stream"
        )
