"""Read API: ``/api/government/``: assigned tasks, and how agencies stand in a month."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import RetrieveAPIView
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monitors.government import standing
from monitors.government.models import OPEN, State, Task
from monitors.government.selectors import visible_tasks
from monitors.government.standing import Standing
from services.directory.access import user_of
from services.indicators import periods
from services.indicators.access import reach_of
from services.indicators.periods import Period, PeriodError
from services.kernel import clock
from services.kernel.api import CsvRenderer, ListView, asked_realm, csv_response
from services.kernel.filters import BooleanFilter, InstantFilter
from services.kernel.text import localised


class TaskFilter(filters.FilterSet):
    """``open=true``: not done; ``due_until``: due by that day; ``since`` and ``until``: days of assignment."""

    since = filters.DateFilter("assigned_on", "gte")
    until = filters.DateFilter("assigned_on", "lte")
    due_until = filters.DateFilter("due_on", "lte")
    due_since = filters.DateFilter("due_on", "gte")
    heard_since = InstantFilter("received_at", "gte")
    document = filters.CharFilter("document", max_length=60)
    state = filters.MultipleChoiceFilter(choices=State.choices)
    unit = filters.CharFilter("unit", max_length=5)
    department = filters.CharFilter("department", max_length=60)
    open = BooleanFilter(method="only_open")

    class Meta:
        model = Task
        fields = ()

    def only_open(self, tasks: QuerySet[Task], name: str, value: bool) -> QuerySet[Task]:
        """Keep the tasks that are not done, or the others."""
        del name
        return tasks.filter(state__in=OPEN) if value else tasks.exclude(state__in=OPEN)


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A task as staff see it."""

    code = serializers.CharField(source="external_id", read_only=True)

    class Meta:
        model = Task
        fields = (
            "id", "code", "document", "title", "department", "unit", "assigned_on", "due_on", "progress", "state",
            "completed_on", "result", "as_of", "version",
        )  # fmt: skip
        read_only_fields = fields


class TaskList(ListView):
    """Tasks within the reader's reach, newest first: one statement a page."""

    access = "records.read"
    serializer_class = TaskSerializer
    filterset_class = TaskFilter
    export_name = "tasks"
    queryset = Task.objects.none()

    def get_queryset(self) -> QuerySet[Task]:
        """Return what the reader may see."""
        return visible_tasks(user_of(self.request))


class TaskDetail(RetrieveAPIView[Task]):
    """One task."""

    access = "records.read"
    serializer_class = TaskSerializer
    queryset = Task.objects.none()

    def get_queryset(self) -> QuerySet[Task]:
        """Return what the reader may see; anything else is not found."""
        return visible_tasks(user_of(self.request))


# --- agencies --------------------------------------------------------------------------------------------------------

MONTH = OpenApiParameter("month", OpenApiTypes.STR, description="2026-10; default: the newest month that is known")
KIND = OpenApiParameter("kind", OpenApiTypes.STR, enum=["department", "commune"])
HEADER = (
    "agency", "kind", "name", "rank", "judged", "on_time_rate", "online_rate", "reports_handled",
    "reports_on_time_rate", "satisfaction_rate", "late_tasks",
)  # fmt: skip


class AgencySerializer(serializers.Serializer[Any]):
    """An agency in a month: rates in per cent, null where nothing is known.

    ``rank`` is among its kind, the best is 1; null with fewer than 20 dossiers.
    """

    agency = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True)
    judged = serializers.IntegerField(allow_null=True)
    on_time_rate = serializers.FloatField(allow_null=True)
    online_rate = serializers.FloatField(allow_null=True)
    reports_handled = serializers.FloatField(allow_null=True)
    reports_on_time_rate = serializers.FloatField(allow_null=True)
    satisfaction_rate = serializers.FloatField(allow_null=True)
    late_tasks = serializers.IntegerField()


class AgenciesSerializer(serializers.Serializer[Any]):
    """The agencies within the reader's reach in one month."""

    month = serializers.CharField()
    results = AgencySerializer(many=True)


class AgencyList(APIView):
    """How agencies stand in a month: all of them for the centre and leaders, one's own for officers."""

    access = "indicators.read"
    shows_realm = True
    renderer_classes: tuple[type[BaseRenderer], ...] = (JSONRenderer, CsvRenderer)

    @extend_schema(parameters=[MONTH, KIND], responses=AgenciesSerializer)
    def get(self, request: Request) -> Response | StreamingHttpResponse:
        """Return the agencies in the order of the directory: 8 statements, however many they are."""
        reach, realm = reach_of(user_of(request)), asked_realm(request)
        now = clock.now(realm)
        month = _month(request) or standing.month_shown(realm, now)
        found = standing.standings(realm, now, month, None if reach.everything else reach.units | reach.departments)
        rows = [_row(one) for one in found if one.agency.kind in _kinds(request)]
        if getattr(request.accepted_renderer, "format", "") == "csv":
            return csv_response(f"agencies-{month.text}", HEADER, ([row[name] for name in HEADER] for row in rows))
        return Response({"month": month.text, "results": rows})


def _month(request: Request) -> Period | None:
    text = request.query_params.get("month", "")
    if not text:
        return None
    try:
        found = periods.parse(text)
    except PeriodError:
        found = None
    if found is None or found.grain != "month":
        raise ValidationError({"month": [_("a month: 2026-09")]})
    return found


def _kinds(request: Request) -> Collection[str]:
    kind, known = request.query_params.get("kind", ""), ("department", "commune")
    if kind and kind not in known:
        raise ValidationError({"kind": [_("department or commune")]})
    return (kind,) if kind else known


def _row(one: Standing) -> dict[str, Any]:
    return {
        "agency": one.agency.place,
        "kind": one.agency.kind,
        "name": localised(one.agency.label),
        "rank": one.rank,
        "judged": one.judged,
        "on_time_rate": one.values.get(standing.RATE),
        "online_rate": one.values.get(standing.ONLINE_RATE),
        "reports_handled": one.values.get(standing.REPORTS),
        "reports_on_time_rate": one.values.get(standing.REPORTS_RATE),
        "satisfaction_rate": one.values.get(standing.SATISFACTION),
        "late_tasks": one.late_tasks,
    }


urlpatterns = [
    path("government/tasks/", TaskList.as_view(), name="government-task-list"),
    path("government/tasks/<int:pk>/", TaskDetail.as_view(), name="government-task-detail"),
    path("government/agencies/", AgencyList.as_view(), name="government-agency-list"),
]
