"""The figures about the work over HTTP, as JSON or as CSV, within the reader's reach."""

from typing import Any, Final

from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.kernel.api import CsvRenderer, asked_realm, csv_response
from services.tickets.statistics.figures import AGES
from services.tickets.statistics.reading import Figures, heads, read

USUAL_DAYS = 90
MOST_DAYS = 1096
"""Three years, a leap year among them."""


class AskedSerializer(serializers.Serializer[Any]):
    """What may be asked."""

    days = serializers.IntegerField(
        default=USUAL_DAYS, min_value=1, max_value=MOST_DAYS, help_text="so many days until now, today included"
    )


class StatisticsLineSerializer(serializers.Serializer[Any]):
    """One place, category or month, or all together. Times are working minutes, by the clock where policy says so."""

    group = serializers.CharField(help_text="all, department, unit, category or month")
    key = serializers.CharField(allow_null=True, help_text="slug, code or month; null: of all, or of what has none")
    name = serializers.CharField()
    opened = serializers.IntegerField()
    resolved = serializers.IntegerField()
    acknowledge_median = serializers.FloatField(allow_null=True)
    acknowledge_p90 = serializers.FloatField(allow_null=True)
    resolve_median = serializers.FloatField(allow_null=True)
    resolve_p90 = serializers.FloatField(allow_null=True)
    on_time = serializers.IntegerField()
    counted = serializers.IntegerField(help_text="reported done, or overdue without it")
    on_time_rate = serializers.FloatField(allow_null=True, help_text="percent of those counted")
    closed = serializers.IntegerField()
    reopened = serializers.IntegerField()
    reopen_rate = serializers.FloatField(allow_null=True, help_text="percent of those closed")


class BacklogSerializer(serializers.Serializer[Any]):
    """Open tickets by age: a count for each bound of ``ages`` and one for what is older."""

    group = serializers.CharField(help_text="all, department, unit, category or month")
    key = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    counts = serializers.ListField(child=serializers.IntegerField())
    total = serializers.IntegerField()
    overdue = serializers.IntegerField()


class StatisticsSerializer(serializers.Serializer[Any]):
    """The figures of tickets opened from ``since``, and of those open at ``until``."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    lines = StatisticsLineSerializer(many=True)
    ages = serializers.ListField(child=serializers.IntegerField(), help_text="bounds in days")
    backlog = BacklogSerializer(many=True)


class TicketStatistics(APIView):
    """Figures about the work on tickets."""

    access = "tickets.statistics"
    shows_realm = True
    renderer_classes = (JSONRenderer, CsvRenderer)

    @extend_schema(parameters=[AskedSerializer], responses=StatisticsSerializer)
    def get(self, request: Request) -> Response | StreamingHttpResponse:
        """Return them; the lines alone on ``Accept: text/csv``."""
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = read(user_of(request), asked_realm(request), asked.validated_data["days"])
        if getattr(request.accepted_renderer, "format", "") == "csv":
            return csv_response("statistics", heads(), found.cells())
        return Response(_shown(found))


_FIGURES: Final = tuple(str(name) for name in StatisticsLineSerializer().fields if str(name) != "name")
_AGES: Final = tuple(str(name) for name in BacklogSerializer().fields if str(name) != "name")


def _shown(found: Figures) -> dict[str, Any]:
    return {
        "since": found.since,
        "until": found.until,
        "lines": [{"name": found.name(one), **{name: getattr(one, name) for name in _FIGURES}} for one in found.lines],
        "ages": AGES,
        "backlog": [{"name": found.name(one), **{name: getattr(one, name) for name in _AGES}} for one in found.waiting],
    }
