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
from services.kernel.api import EXPORT_LIMIT, CsvRenderer, csv_response
from services.reports import why
from services.reports.scopes import scope_for

STREAM = OpenApiParameter("stream", OpenApiTypes.STR, description="province, unit:<code> or department:<slug>")
PAGE = 100


class WhySerializer(serializers.Serializer[Any]):
    """What a figure is made of."""

    title = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    sum = serializers.CharField(help_text="what is counted, in words")
    as_of = serializers.CharField(allow_null=True)
    rules = serializers.ListField(child=serializers.DictField())
    columns = serializers.ListField(child=serializers.CharField())
    records = serializers.ListField(child=serializers.ListField(child=serializers.JSONField(allow_null=True)))
    total = serializers.IntegerField()
    tickets = serializers.ListField(child=serializers.DictField())
    sources = serializers.ListField(child=serializers.CharField())
    query_ms = serializers.FloatField()
    links = serializers.DictField(child=serializers.CharField())


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
    realm = request.query_params.get("realm") or settings.IOC_REALM
    return owner, found, scope_for(user_of(request), request.query_params.get("stream", ""), realm)


class PanelWhy(APIView):
    """Why a figure is what it is."""

    access = "indicators.read"

    @extend_schema(parameters=[STREAM], responses=WhySerializer)
    def get(self, request: Request, monitor: str, panel: str) -> Response:
        """Explain; 404 for a figure or a scope that is not the reader's."""
        owner, found, scope = _panel(request, monitor, panel)
        return Response(why.of_panel(user_of(request), owner, found, scope))


class PanelRows(APIView):
    """The records behind a figure; ``Accept: text/csv`` or ``?format=csv`` exports all of them."""

    access = "indicators.read"
    renderer_classes = (JSONRenderer, CsvRenderer)

    @extend_schema(parameters=[STREAM], responses=RowsSerializer)
    def get(self, request: Request, monitor: str, panel: str) -> Response | StreamingHttpResponse:
        """Return the first hundred, or every row as CSV."""
        _owner, found, scope = _panel(request, monitor, panel)
        query = found.figure(scope).query
        rows = query.rows(scope)
        columns = why.headings(query)
        if getattr(request.accepted_renderer, "format", "") == "csv":
            lines = ([why.cell(row, c) for c in query.columns] for row in rows[:EXPORT_LIMIT].iterator(chunk_size=500))
            return csv_response(f"{monitor}-{panel}", columns, lines)
        page = [[why.cell(row, column) for column in query.columns] for row in rows[:PAGE]]
        return Response({"columns": columns, "rows": page, "total": rows.count()})


class AlertWhy(APIView):
    """Why an alert is there."""

    access = "alerts.read"

    @extend_schema(responses=WhySerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Explain; 404 out of scope."""
        return Response(why.of_alert(user_of(request), alerts.alert(user_of(request), public_id)))
