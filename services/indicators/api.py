"""Read API: ``/api/indicators/``: definitions, series, pivots, comparisons and what was known when."""

from collections.abc import Iterator, Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.indicators import periods, questions, selectors
from services.indicators.access import default_units, reach_of
from services.indicators.comparing import compare
from services.indicators.models import Definition
from services.indicators.periods import Period
from services.indicators.selectors import Point
from services.indicators.territory import territory
from services.kernel import clock
from services.kernel.api import CsvRenderer, ListView, NewestFirst, asked_realm, csv_response
from services.kernel.clock import LOCAL

CODE = OpenApiParameter("code", OpenApiTypes.STR, required=True, description="the indicator")
UNITS = OpenApiParameter(
    "unit", OpenApiTypes.STR, description="codes of units, separated by commas (default: province)"
)
FIRST = OpenApiParameter("first", OpenApiTypes.STR, description="2025, 2025-Q1, 2025-01 or 2025-01-31")
LAST = OpenApiParameter("last", OpenApiTypes.STR, description="as first; default: the present period")
PERIOD = OpenApiParameter("period", OpenApiTypes.STR, required=True, description="2025, 2025-Q1, 2025-01, 2025-01-31")
JOINED = OpenApiParameter("joined", OpenApiTypes.BOOL, description="lay what came before a merger over today's units")
KNOWN_AT = OpenApiParameter("known_at", OpenApiTypes.DATETIME, description="as it was known then")


class DefinitionSerializer(serializers.ModelSerializer[Definition]):
    """What an indicator means and how it is rolled up."""

    class Meta:
        model = Definition
        fields = (
            "code", "topic", "name", "name_en", "measure", "measure_en", "decimals", "direction", "frequency",
            "cumulative", "over_time", "weight_time", "over_area", "weight_area", "formula", "low", "high",
            "valid_from", "valid_to", "owner", "source",
        )  # fmt: skip


class DefinitionFilter(django_filters.FilterSet):
    """By topic, department in charge and frequency."""

    topic = django_filters.CharFilter("topic", max_length=40)
    owner = django_filters.CharFilter("owner", max_length=60)

    class Meta:
        model = Definition
        fields = ("frequency",)


class DefinitionPages(NewestFirst):
    """Pages of definitions by topic and code."""

    ordering = ("topic", "code")  # type: ignore[assignment]  # a tuple is as good as a string


class DefinitionList(ListView):
    """All indicators: what they mean is no secret inside the house, their values are asked for one by one."""

    access = "indicators.read"
    serializer_class = DefinitionSerializer
    filterset_class = DefinitionFilter
    pagination_class = DefinitionPages
    export_name = "indicators"
    queryset = Definition.objects.none()

    def get_queryset(self) -> QuerySet[Definition]:
        """Return all of them."""
        return Definition.objects.all()


class PointSerializer(serializers.Serializer[Any]):
    """One value; ``shares`` are the weights of the units it was joined from, ``complete`` whether all had a value."""

    unit = serializers.CharField()
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    shares = serializers.DictField(child=serializers.FloatField())
    complete = serializers.BooleanField()


class SeriesSerializer(serializers.Serializer[Any]):
    """Values of one indicator."""

    code = serializers.CharField()
    points = PointSerializer(many=True)


class PivotSerializer(serializers.Serializer[Any]):
    """Values of one indicator: ``rows[i][j]`` is of ``units[i]`` in ``periods[j]``."""

    code = serializers.CharField()
    units = serializers.ListField(child=serializers.CharField())
    periods = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.FloatField(allow_null=True)))


class ComparisonSerializer(serializers.Serializer[Any]):
    """A value beside last year's, both years so far and the year's plan; changes and ``of_plan`` are fractions."""

    code = serializers.CharField()
    unit = serializers.CharField()
    period = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    last_year = serializers.FloatField(allow_null=True)
    change = serializers.FloatField(allow_null=True)
    to_date = serializers.FloatField(allow_null=True)
    to_date_last_year = serializers.FloatField(allow_null=True)
    to_date_change = serializers.FloatField(allow_null=True)
    plan = serializers.FloatField(allow_null=True)
    of_plan = serializers.FloatField(allow_null=True)


class KnownSerializer(serializers.Serializer[Any]):
    """A given value and the time during which it was taken as true."""

    value = serializers.FloatField(allow_null=True)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    reason = serializers.CharField(allow_blank=True)
    after_close = serializers.BooleanField()


class _Question(APIView):
    """What every question shares: who asks, of which indicator, units and realm."""

    access = "indicators.read"
    shows_realm = True
    renderer_classes: tuple[type[BaseRenderer], ...] = (JSONRenderer, CsvRenderer)

    def asked(self, request: Request) -> tuple[Definition, list[str], str]:
        """Return the indicator, the units within the reader's reach, and the realm; 404 beyond it."""
        definition, land, reach = questions.definition_of(request), territory(), reach_of(user_of(request))
        units = default_units(reach, definition, land, request.query_params.get("unit", ""))
        if len(units) > questions.MOST_UNITS:
            raise ValidationError({"unit": [_("at most {count} units").format(count=questions.MOST_UNITS)]})
        reach.check(definition, units)
        return definition, units, asked_realm(request)

    def points(self, request: Request) -> tuple[Definition, list[str], dict[str, list[Point]]]:
        """Return the points of the asked span."""
        definition, units, realm = self.asked(request)
        today = periods.day(clock.now(realm).astimezone(LOCAL).date())
        first, last = questions.span_of(request, definition.frequency, today)  # type: ignore[arg-type]
        joined, at = questions.flag(request, "joined", default=True), questions.known_at(request)
        found = selectors.pivot_points(
            definition.code, units, realm=realm, first=first, last=last, joined=joined, known_at=at
        )
        return definition, units, found

    def wants_csv(self, request: Request) -> bool:
        """Tell whether the answer is to be a CSV file."""
        return getattr(request.accepted_renderer, "format", "") == "csv"


class SeriesView(_Question):
    """Values of an indicator over time, for one unit or several."""

    @extend_schema(parameters=[CODE, UNITS, FIRST, LAST, JOINED, KNOWN_AT], responses=SeriesSerializer)
    def get(self, request: Request) -> Response | StreamingHttpResponse:
        """Return the points, or as CSV one line for each."""
        definition, units, found = self.points(request)
        points = [(unit, point) for unit in units for point in found[unit]]
        if self.wants_csv(request):
            lines = ([unit, point.period.text, point.value, point.complete] for unit, point in points)
            return csv_response(definition.code, ["unit", "period", "value", "complete"], lines)
        rows = [
            {"unit": unit, "period": one.period.text, "value": one.value, "shares": dict(one.shares),
             "complete": one.complete}
            for unit, one in points
        ]  # fmt: skip
        return Response({"code": definition.code, "points": rows})


class PivotView(_Question):
    """Values of an indicator, units down and periods across."""

    @extend_schema(parameters=[CODE, UNITS, FIRST, LAST, JOINED, KNOWN_AT], responses=PivotSerializer)
    def get(self, request: Request) -> Response | StreamingHttpResponse:
        """Return the table; CSV has the periods as headings."""
        definition, units, found = self.points(request)
        columns = [point.period.text for point in next(iter(found.values()), [])]
        rows = [[point.value for point in found[unit]] for unit in units]
        if self.wants_csv(request):
            return csv_response(definition.code, ["unit", *columns], _lines(units, rows))
        return Response({"code": definition.code, "units": units, "periods": columns, "rows": rows})


def _lines(units: Sequence[str], rows: Sequence[Sequence[float | None]]) -> Iterator[Sequence[Any]]:
    for unit, values in zip(units, rows, strict=True):
        yield [unit, *values]


class ComparisonView(_Question):
    """A period beside the same period of last year, the year to date and the plan."""

    renderer_classes = (JSONRenderer,)

    @extend_schema(parameters=[CODE, UNITS, PERIOD], responses=ComparisonSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return one comparison a unit."""
        definition, units, realm = self.asked(request)
        period = questions.period_of(request)
        return Response([_compared(definition.code, unit, period, realm) for unit in units[:20]])


def _compared(code: str, unit: str, period: Period, realm: str) -> dict[str, Any]:
    found = compare(code, unit, period, realm=realm)
    return {
        "code": code, "unit": unit, "period": period.text, "value": found.value, "last_year": found.last_year,
        "change": found.change, "to_date": found.to_date, "to_date_last_year": found.to_date_last_year,
        "to_date_change": found.to_date_change, "plan": found.plan, "of_plan": found.of_plan,
    }  # fmt: skip


class HistoryView(_Question):
    """What was known when of one given value."""

    renderer_classes = (JSONRenderer,)

    @extend_schema(parameters=[CODE, UNITS, PERIOD], responses=KnownSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return the present value and every one before it."""
        definition, units, realm = self.asked(request)
        period = questions.period_of(request)
        found = [one for unit in units[:1] for one in selectors.history(definition.code, unit, period, realm=realm)]
        return Response(KnownSerializer(found, many=True).data)
