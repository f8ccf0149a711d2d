"""The rows behind every figure: tasks, and sheets of indicators, each within its scope. Reads, writes nothing."""

from collections.abc import Sequence
from functools import cache

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from monitors.government.models import OPEN, Task
from services.contract import Column, Query, Scope
from services.directory.pack import pack
from services.indicators import figures
from services.indicators.models import Sheet
from services.kernel.clock import LOCAL

TASK_COLUMNS = (
    Column("document", gettext_noop("Document")),
    Column("title", gettext_noop("Task")),
    Column("agency", gettext_noop("Agency")),
    Column("assigned_on", gettext_noop("Assigned on")),
    Column("due_on", gettext_noop("Due on")),
    Column("progress", gettext_noop("Progress, %")),
    Column("state", gettext_noop("Status")),
    Column("completed_on", gettext_noop("Completed on")),
    Column("result", gettext_noop("Result")),
)


def place_of(scope: Scope) -> str:
    """Return whose indicators a scope shows: the unit's, the department's, else the province's."""
    return scope.unit or scope.department or pack().code


def _tasks(scope: Scope) -> QuerySet[Task]:
    rows = Task.objects.filter(realm=scope.realm)
    if scope.unit:
        rows = rows.filter(unit=scope.unit)
    if scope.department:
        rows = rows.filter(department=scope.department)
    return rows.order_by("due_on", "pk")


def _open(scope: Scope) -> QuerySet[Task]:
    return _tasks(scope).filter(state__in=OPEN)


def _late(scope: Scope) -> QuerySet[Task]:
    return _open(scope).filter(due_on__lt=scope.now.astimezone(LOCAL).date())


def _late_placed(scope: Scope) -> QuerySet[Task]:
    return _late(scope).filter(place__isnull=False)


TASKS = Query("tasks", gettext_noop("Assigned tasks"), _tasks, TASK_COLUMNS)
OPEN_QUERY = Query("open_tasks", gettext_noop("Tasks that are not done"), _open, TASK_COLUMNS)
LATE_QUERY = Query("late_tasks", gettext_noop("Tasks past their day"), _late, TASK_COLUMNS)
PLACED_QUERY = Query("late_tasks_map", gettext_noop("Late tasks of communes"), _late_placed, TASK_COLUMNS)


@cache
def sheets_of(codes: Sequence[str]) -> Query:
    """Return the query of the sheets of these indicators: the scope's own, at the province's those of all agencies."""

    def rows(scope: Scope) -> QuerySet[Sheet]:
        found = Sheet.objects.filter(realm=scope.realm, indicator__code__in=codes).select_related("indicator")
        if scope.unit or scope.department:
            found = found.filter(unit=place_of(scope))
        return found.order_by("-year", "indicator", "unit", "part")

    return Query(f"sheets-{'-'.join(codes)}"[:80], gettext_noop("Values by agency and year"), rows, figures.COLUMNS)
