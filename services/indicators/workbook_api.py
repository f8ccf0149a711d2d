"""Workbooks over HTTP: the template, sending one, its progress, and the copy that says what is wrong."""

from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import RetrieveAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.directory.models import Unit
from services.directory.models.validity import valid_on
from services.indicators import periods, questions
from services.indicators.access import Reach, reach_of
from services.indicators.catalogue import catalogue
from services.indicators.delivery import delivers
from services.indicators.models import Definition, Workbook
from services.indicators.sent import visible_to
from services.indicators.territory import territory
from services.indicators.workbooks import processing
from services.indicators.workbooks.template import template
from services.kernel.api import ListView
from services.kernel.idempotency import IdempotentMixin
from services.kernel.problems import TooLargeError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
"""Rows of one template."""


class XlsxRenderer(BaseRenderer):
    """Marks an answer that is a workbook; the view writes it."""

    media_type = XLSX
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Render what is no workbook (an error) as text."""
        del accepted_media_type, renderer_context
        return str(data).encode()


def xlsx_file(name: str, body: bytes) -> HttpResponse:
    """Return a workbook as a download."""
    answer = HttpResponse(body, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


class TemplateView(APIView):
    """The workbook to fill in: one row per indicator, unit and period."""

    access = "indicators.deliver"
    renderer_classes = (XlsxRenderer, JSONRenderer)

    @extend_schema(
        parameters=[
            OpenApiParameter("codes", OpenApiTypes.STR, description="indicators, separated by commas"),
            OpenApiParameter("topic", OpenApiTypes.STR, description="or all of a topic"),
            OpenApiParameter("period", OpenApiTypes.STR, required=True, description="2026, 2026-Q3 or 2026-09"),
            OpenApiParameter("communes", OpenApiTypes.BOOL, description="a row for every commune, not the province"),
        ],
        responses={(200, XLSX): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """Return it with the indicators that the reader's department delivers; 404 when there are none."""
        reach, period = reach_of(user_of(request), "indicators.deliver"), questions.period_of(request)
        definitions = _wanted(request, reach)
        if not definitions:
            raise Http404
        units = _units(reach, period, by_commune=questions.flag(request, "communes", default=False))
        if len(definitions) * len(units) > MOST_ROWS:
            raise ValidationError({"codes": [_("at most {count} rows").format(count=MOST_ROWS)]})
        return xlsx_file(f"indicators-{period.text}", template(definitions, units, [period]))


def _wanted(request: Request, reach: Reach) -> list[Definition]:
    codes = {code.strip() for code in request.query_params.get("codes", "").split(",") if code.strip()}
    topic = request.query_params.get("topic", "")
    found = [one for one in catalogue().by_code.values() if delivers(reach, one)]
    if codes:
        found = [one for one in found if one.code in codes]
    if topic:
        found = [one for one in found if one.topic == topic]
    return sorted(found, key=lambda one: (one.topic, one.code))


def _units(reach: Reach, period: periods.Period, *, by_commune: bool) -> list[tuple[str, str]]:
    land = territory()
    if not (reach.everything or reach.departments):
        codes = sorted(reach.units)
    else:
        codes = land.communes_on(period.end) if by_commune else [land.province]
    names = {unit.code: unit.full_name for unit in Unit.objects.filter(valid_on(period.end), code__in=codes)}
    return [(code, names.get(code, "")) for code in codes]


class WorkbookSerializer(serializers.ModelSerializer[Workbook]):
    """A workbook's progress and what is wrong in it, the first thousand cells."""

    id = serializers.UUIDField(source="public_id")
    errors = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))  # type: ignore[assignment]
    marked = serializers.SerializerMethodField()
    repeats = serializers.UUIDField(source="repeats.public_id", default=None, allow_null=True)

    class Meta:
        model = Workbook
        fields = (
            "id", "name", "realm", "received_at", "department", "unit", "period", "state", "total", "position",
            "accepted", "revised", "unchanged", "error_count", "errors", "marked", "repeats", "codes", "first", "last",
        )  # fmt: skip

    def get_marked(self, row: Workbook) -> str | None:
        """Return the address of the copy that goes back, None while there is none."""
        there = vars(row).get("has_marked")  # noted with the row: the copy itself is not read for it
        return f"/api/indicators/workbooks/{row.public_id}/marked/" if there else None


class SendSerializer(serializers.Serializer[Any]):
    """A workbook to be stored. ``reason`` is needed to change closed periods."""

    file = serializers.FileField(allow_empty_file=True)
    period = serializers.CharField(required=False, allow_blank=True, max_length=10)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)

    def validate_period(self, value: str) -> str:
        """Refuse what names no period."""
        try:
            return periods.parse(value).text if value else ""
        except periods.PeriodError as error:
            raise serializers.ValidationError(_("a period: 2026, 2026-Q3, 2026-09 or 2026-09-30")) from error


def visible_workbooks(request: Request) -> QuerySet[Workbook]:
    """Return the workbooks within the reader's reach, without their bodies."""
    return visible_to(user_of(request), "indicators.deliver")


class WorkbookFilter(django_filters.FilterSet):
    """By state, department and unit."""

    department = django_filters.CharFilter("department", max_length=60)
    unit = django_filters.CharFilter("unit", max_length=5)

    class Meta:
        model = Workbook
        fields = ("state",)


class WorkbookList(IdempotentMixin, ListView):
    """Workbooks that were sent, newest first; POST sends one."""

    access = "indicators.deliver"
    serializer_class = WorkbookSerializer
    filterset_class = WorkbookFilter
    parser_classes = (MultiPartParser,)
    export_name = "workbooks"
    queryset = Workbook.objects.none()

    def get_queryset(self) -> QuerySet[Workbook]:
        """Return those within the reader's reach."""
        return visible_workbooks(self.request)

    @extend_schema(request={"multipart/form-data": SendSerializer}, responses={202: WorkbookSerializer})
    def post(self, request: Request) -> Response:
        """Keep the file and answer with its address, where its progress is shown; a worker checks and stores it."""
        reach = reach_of(user_of(request), "indicators.deliver")
        given = SendSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        if file.size > settings.IOC_INTAKE_MAX_BYTES:
            raise TooLargeError
        body = file.read()

        department, unit = reach.sender()

        def act() -> Response:
            row = processing.submit(
                realm=settings.IOC_REALM,
                name=str(file.name).replace("\x00", ""),
                body=body,
                department=department,
                unit=unit,
                period=given.validated_data.get("period", ""),
                reason=given.validated_data.get("reason", ""),
                acting_user=user_of(request),
            )
            location = f"/api/indicators/workbooks/{row.public_id}/"
            return Response(WorkbookSerializer(row).data, status=202, headers={"Location": location})

        return self.once(request, act)


class WorkbookDetail(RetrieveAPIView[Workbook]):
    """How a workbook fares: ``position`` of ``total`` rows, what was stored, what is wrong."""

    access = "indicators.deliver"
    serializer_class = WorkbookSerializer
    lookup_field = "public_id"
    queryset = Workbook.objects.none()

    def get_queryset(self) -> QuerySet[Workbook]:
        """Return those within the reader's reach; another one is not found."""
        return visible_workbooks(self.request)


class WorkbookMarked(APIView):
    """The sender's own file with every wrong cell coloured and commented."""

    access = "indicators.deliver"
    renderer_classes = (XlsxRenderer, JSONRenderer)

    @extend_schema(responses={(200, XLSX): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Return it; 404 while there is none."""
        row = visible_workbooks(request).defer("body").filter(public_id=public_id, marked__isnull=False).first()
        if row is None:
            raise Http404
        return xlsx_file(f"marked-{public_id}", bytes(row.marked or b""))
