""" "Why?" over HTTP, and the rows behind every figure."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services import registry
from services.alerts import selectors as alerts
from services.contract import Monitor, Panel, Scope
from services.directory.access import user_of
from services.kernel import clock
from services.kernel.api import EXPORT_LIMIT, CsvRenderer, asked_realm, csv_response
from services.kernel.idempotency import IdempotentMixin
from services.reports import records, since, why
from services.reports.scopes import scope_for
from services.tickets import selectors as tickets
from services.wall.actions import looked
from services.wall.asked import asked_board

STREAM = OpenApiParameter("stream", OpenApiTypes.STR, description="province, unit:<code> or department:<slug>")
PAGE = 100


class SumSerializer(serializers.Serializer[Any]):
    """One line of the sum."""

    op = serializers.CharField(allow_blank=True)
    value = serializers.FloatField()
    decimals = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]


class ReasonSerializer(serializers.Serializer[Any]):
    """A rule behind a figure, with the law, standard or practice it comes from."""

    id = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    basis = serializers.CharField()


class LineSerializer(serializers.Serializer[Any]):
    """A record or ticket in one line."""

    code = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True)
    at = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class LinesSerializer(serializers.Serializer[Any]):
    """The first lines, and how many there are."""

    total = serializers.IntegerField()
    rows = LineSerializer(many=True)


class DeedSerializer(serializers.Serializer[Any]):
    """Who did what."""

    at = serializers.CharField()
    who = serializers.CharField()
    what = serializers.CharField()


class OriginSerializer(serializers.Serializer[Any]):
    """Which feeds, read when and how fast."""

    name = serializers.CharField(allow_blank=True)
    read_at = serializers.CharField()
    milliseconds = serializers.FloatField()
    rows = serializers.IntegerField()


class LinkSerializer(serializers.Serializer[Any]):
    """Where to go on."""

    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField()


class WhySerializer(serializers.Serializer[Any]):
    """What a figure is made of."""

    title = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    decimals = serializers.IntegerField()
    unit = serializers.CharField(allow_blank=True)
    as_of = serializers.CharField(allow_null=True)
    sum = SumSerializer(many=True)
    rules = ReasonSerializer(many=True)
    records = LinesSerializer()
    tickets = LinesSerializer()
    actions = DeedSerializer(many=True)
    source = OriginSerializer()  # type: ignore[assignment]
    links = LinkSerializer(many=True)


class RowsSerializer(serializers.Serializer[Any]):
    """The records behind a figure, a page of them."""

    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.JSONField(allow_null=True)))
    total = serializers.IntegerField()


def _panel(request: Request, monitor: str, panel: str) -> tuple[Monitor, Panel, Scope]:
    try:
        owner, found = registry.panel(monitor, panel)
    except registry.UnknownNameError as error:
        raise Http404 from error
    stream = request.query_params.get("stream", "")
    return owner, found, scope_for(user_of(request), stream, asked_realm(request))


class PanelWhy(APIView):
    """Why a figure is what it is."""

    access = "indicators.read"
    shows_realm = True

    @extend_schema(parameters=[STREAM], responses=WhySerializer)
    def get(self, request: Request, monitor: str, panel: str) -> Response:
        """Explain; 404 for a figure or a scope that is not the reader's."""
        owner, found, scope = _panel(request, monitor, panel)
        return Response(why.of_panel(user_of(request), owner, found, scope))


class PanelRows(APIView):
    """The records behind a figure; ``Accept: text/csv`` or ``?format=csv`` exports all of them."""

    access = "indicators.read"
    shows_realm = True
    renderer_classes = (JSONRenderer, CsvRenderer)

    @extend_schema(parameters=[STREAM], responses=RowsSerializer)
    def get(self, request: Request, monitor: str, panel: str) -> Response | StreamingHttpResponse:
        """Return the first hundred, or every row as CSV."""
        _owner, found, scope = _panel(request, monitor, panel)
        query = found.figure(scope).query
        rows = query.rows(scope)
        columns = records.headings(query)
        if getattr(request.accepted_renderer, "format", "") == "csv":
            lines = (
                [records.text_cell(row, c) for c in query.columns]
                for row in rows[:EXPORT_LIMIT].iterator(chunk_size=500)
            )
            return csv_response(f"{monitor}-{panel}", columns, lines)
        page = [[records.text_cell(row, column) for column in query.columns] for row in rows[:PAGE]]
        return Response({"columns": columns, "rows": page, "total": rows.count()})


class LookSerializer(serializers.Serializer[Any]):
    """Until when the person has seen it all."""

    at = serializers.DateTimeField(help_text="as the answer named it; later than now counts as now")


class HappeningSerializer(serializers.Serializer[Any]):
    """One thing that happened; titles and names are messages or localised pairs, for the reader to render."""

    at = serializers.DateTimeField()
    kind = serializers.CharField(help_text="of the alert's change, or climbed")
    alert = serializers.UUIDField(allow_null=True)
    ticket = serializers.UUIDField(allow_null=True)
    severity = serializers.CharField()
    title = serializers.JSONField()
    unit = serializers.JSONField(allow_null=True)
    department = serializers.JSONField(allow_null=True)
    who = serializers.JSONField()
    rung = serializers.IntegerField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class SinceSerializer(serializers.Serializer[Any]):
    """What changed after one instant, until another."""

    after = serializers.DateTimeField()
    until = serializers.DateTimeField()
    alerts = serializers.IntegerField(help_text="raised or reopened")
    climbed = serializers.IntegerField(help_text="tickets that went up a rung")
    silent = serializers.IntegerField(help_text="sources that fell silent")
    total = serializers.IntegerField(help_text="of all happenings; rows are the newest hundred")
    rows = HappeningSerializer(many=True)


class BoardSince(APIView):
    """What changed on a board since the reader last looked."""

    access = "wall.read"

    @extend_schema(responses=SinceSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return it; 404 for a board that isn't there."""
        return Response(SinceSerializer(_since(request, slug)).data)


class BoardSeen(IdempotentMixin, APIView):
    """A person's own mark on a board: everything until then was seen."""

    access = "wall.look"

    @extend_schema(request=LookSerializer, responses=SinceSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Move the reader's mark forward, never beyond now; return what is left."""
        given = LookSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now = clock.now(settings.IOC_REALM)
        at = max(min(given.validated_data["at"], now), now - since.FARTHEST)
        looked(realm=settings.IOC_REALM, board=asked_board(request, slug).slug, user=user_of(request), at=at)
        return Response(SinceSerializer(_since(request, slug)).data)


def _since(request: Request, slug: str) -> dict[str, Any]:
    return since.summary(since.span_of(user_of(request), settings.IOC_REALM, asked_board(request, slug)))


class TicketWhy(APIView):
    """Why a ticket is there."""

    access = "alerts.read"

    @extend_schema(responses=WhySerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Explain; 404 out of scope."""
        return Response(why.of_ticket(user_of(request), tickets.ticket(user_of(request), public_id)))


class AlertWhy(APIView):
    """Why an alert is there."""

    access = "alerts.read"

    @extend_schema(responses=WhySerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Explain; 404 out of scope."""
        return Response(why.of_alert(user_of(request), alerts.alert(user_of(request), public_id)))
