"""Alarm load over HTTP: the figures of a span with their limits, as JSON or as CSV."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.contract import SEVERITIES, SEVERITY_CHOICES
from services.kernel import clock
from services.kernel.api import CsvRenderer, asked_realm, csv_response
from services.kernel.text import render
from services.reports.load.asked import asked
from services.reports.load.lines import Line, lines, position_lines
from services.reports.load.reading import Load, load


class LoadLineSerializer(serializers.Serializer[Any]):
    """A figure, its limit and the verdict."""

    slug = serializers.CharField()
    title = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    shown = serializers.CharField()
    limit = serializers.CharField(allow_blank=True)
    standard = serializers.CharField(allow_blank=True)
    verdict = serializers.ChoiceField(choices=["good", "watch", "bad", "none"])


class FrequentSerializer(serializers.Serializer[Any]):
    """One of the ten alerts that came most often."""

    alert = serializers.UUIDField()
    text = serializers.CharField()
    monitor = serializers.CharField()
    rule = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES)
    count = serializers.IntegerField()
    percent = serializers.FloatField()


class FloodSpanSerializer(serializers.Serializer[Any]):
    """A flood; ``until`` is null while it lasts."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    peak = serializers.IntegerField()


class PositionLoadSerializer(serializers.Serializer[Any]):
    """A declared operator position beside the others; of one position alone there are none."""

    desk = serializers.CharField()
    name = serializers.DictField()
    seats = serializers.IntegerField()
    average = serializers.FloatField()
    verdict = serializers.ChoiceField(choices=["good", "watch", "bad"])
    peak = serializers.IntegerField()
    flood_percent = serializers.FloatField()


class TenMinutesSerializer(serializers.Serializer[Any]):
    """How many alerts came within the ten minutes from ``at``."""

    at = serializers.DateTimeField()
    count = serializers.IntegerField()


class AlarmLoadSerializer(serializers.Serializer[Any]):
    """The load of an operator position during a span. ``rate`` leaves out the ten minutes in which nothing came."""

    desk = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    figures = LoadLineSerializer(many=True)
    frequent = FrequentSerializer(many=True)
    positions = PositionLoadSerializer(many=True)
    floods = FloodSpanSerializer(many=True)
    rate = TenMinutesSerializer(many=True)


_PARAMETERS = [
    OpenApiParameter("days", OpenApiTypes.STR, enum=["1", "7", "30"], description="so many days until now"),
    OpenApiParameter("from", OpenApiTypes.STR, description="first day, as 2026-11-01"),
    OpenApiParameter("to", OpenApiTypes.STR, description="last day"),
    OpenApiParameter("desk", OpenApiTypes.STR, description="an operator position, department:<slug> or unit:<code>"),
]


class AlarmLoad(APIView):
    """The alarm load of an operator position, or of the whole centre."""

    access = "alerts.load"
    renderer_classes = (JSONRenderer, CsvRenderer)

    @extend_schema(parameters=_PARAMETERS, responses=AlarmLoadSerializer)
    def get(self, request: Request) -> Response | StreamingHttpResponse:
        """Return it; the figures alone on ``Accept: text/csv``."""
        realm = asked_realm(request)
        wanted = asked(request.query_params, clock.now(realm))
        found = load(realm, wanted.desk, wanted.since, wanted.until)
        if getattr(request.accepted_renderer, "format", "") == "csv":
            return as_csv(found)
        return Response(_shown(found, wanted.desk_slug))


def as_csv(found: Load) -> StreamingHttpResponse:
    """Return the figures of a load as a file."""
    header = [_("Figure"), _("Value"), _("Shown as"), _("Limit"), _("Source"), _("Verdict"), _("From"), _("To")]
    span = (found.since.astimezone(clock.LOCAL).isoformat(), found.until.astimezone(clock.LOCAL).isoformat())
    return csv_response("alarm-load", header, _rows(lines(found), span))


def _rows(shown: list[Line], span: tuple[str, str]) -> Iterator[list[Any]]:
    for one in shown:
        value = "" if one.value is None else one.value
        yield [one.title, value, one.shown, one.limit, one.standard, one.word, *span]


def _shown(found: Load, desk: str) -> dict[str, Any]:
    names = ("slug", "title", "value", "shown", "limit", "standard", "verdict")
    return {
        "desk": desk,
        "since": found.since,
        "until": found.until,
        "figures": [{name: getattr(one, name) for name in names} for one in lines(found)],
        "frequent": [
            {
                "alert": one.public_id,
                "text": render(one.title),
                "monitor": one.monitor,
                "rule": one.rule,
                "severity": SEVERITIES[one.severity],
                "count": one.count,
                "percent": round(one.percent, 1),
            }
            for one in found.frequent
        ],
        "positions": [
            {
                "desk": one.slug,
                "name": one.name,
                "seats": one.seats,
                "average": one.line.value,
                "verdict": one.line.verdict,
                "peak": position.rate.peak,
                "flood_percent": round(position.floods.percent, 2),
            }
            for one, position in zip(position_lines(found), found.positions, strict=True)
        ],
        "floods": [{"since": one.since, "until": one.until, "peak": one.peak} for one in found.floods.spans],
        "rate": [{"at": at, "count": count} for at, count in found.rate.buckets if count],
    }
