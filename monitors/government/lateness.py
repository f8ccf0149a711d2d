"""Which tasks are late or due soon, agency by agency. Reads only.

A few late tasks of an agency are a finding each; from more than ``FEW`` on they are one together, so that a bad month
raises no flood. A finding ends when its tasks are completed, cancelled or extended.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_noop

from monitors.government import deadlines
from monitors.government.models import OPEN, Task
from monitors.government.standing import agencies
from services.contract import Cleared, Finding, Message, Moment, Result, Severity, message
from services.kernel.clock import LOCAL
from services.worktime.selectors import current_calendar

LATE_TASK = "government.late_task"

FEW = 3
"""So many late tasks of an agency are told one by one (configuration)."""
RECENT = timedelta(hours=48)
"""How long after the last news of a task a sweep still says that it is no longer late."""
EVIDENCE = 200


Name = Mapping[str, str] | str
"""An agency's name as a localised pair, its code where it is no more."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What is judged of a task; ``late`` in working days, None while it is not late; ``seen`` for its finding."""

    pk: int
    key: str
    document: str
    agency: tuple[str, str]
    due_on: date
    late: int | None
    soon: bool
    seen: datetime

    @property
    def place(self) -> str:
        """The agency's slug or code."""
        return self.agency[0] or self.agency[1]


def late(moment: Moment, ids: Sequence[int] | None = None) -> Iterator[Result]:
    """Yield every late task (or an agency with many), what is due soon, and a clear for all else: 4 statements.

    ``ids`` narrows it to the agencies that tasks just came of; else it is all that is open or had news lately, and
    agencies without a task are clear: one may have had its last taken away.
    """
    tasks = _tasks(moment, ids)
    known = {one.place: one.label for one in agencies(moment.as_of.astimezone(LOCAL).date())}
    of_agencies: dict[str, list[Assigned]] = {place: [] for place in known} if ids is None else {}
    for one in tasks:
        of_agencies.setdefault(one.place, []).append(one)
    for place, mine in sorted(of_agencies.items()):
        name = known.get(place, place)
        yield from _overdue(place, name, mine, moment)
        yield _soon(place, name, [one for one in mine if one.soon], moment)


def _overdue(place: str, name: Name, mine: Sequence[Assigned], moment: Moment) -> Iterator[Result]:
    overdue = [one for one in mine if one.late is not None]
    together = len(overdue) > FEW
    for one in mine:
        mark = f"{LATE_TASK}:{one.key}"
        if one.late is None or together:
            yield Cleared(LATE_TASK, mark, moment.as_of)
        else:
            yield _finding(deadlines.severity([one.late]), mark, _title(one, name), [one])
    mark = f"{LATE_TASK}:of:{place}"
    if not together:
        yield Cleared(LATE_TASK, mark, moment.as_of)
        return
    days = [one.late or 0 for one in overdue]
    title = message(
        gettext_noop("{agency}: {count} assigned tasks are late, by up to {days} working days"),
        agency=name,
        count=len(overdue),
        days=max(days),
    )
    yield _finding(deadlines.severity(days), mark, title, overdue)


def _soon(place: str, name: Name, soon: Sequence[Assigned], moment: Moment) -> Result:
    """Return one mild finding for an agency whose tasks are due within two working days, a clear for the others."""
    mark = f"{LATE_TASK}:soon:{place}"
    if not soon:
        return Cleared(LATE_TASK, mark, moment.as_of)
    title = message(
        gettext_noop("{agency}: {count} assigned tasks are due by {day}"),
        agency=name,
        count=len(soon),
        day=f"{max(one.due_on for one in soon):%d/%m/%Y}",
    )
    return _finding("low", mark, title, soon, category="due_soon")


def _tasks(moment: Moment, ids: Sequence[int] | None) -> list[Assigned]:
    rows = Task.objects.filter(realm=moment.realm)
    if ids is None:
        rows = rows.filter(Q(state__in=OPEN) | Q(received_at__gt=moment.as_of - RECENT))
    else:
        arrived = Task.objects.filter(pk__in=ids, historical=False)
        same = Q(department__in=arrived.exclude(department="").values("department"))
        same |= Q(unit__in=arrived.exclude(unit="").values("unit"))
        rows = rows.filter(Q(pk__in=ids, historical=False) | Q(same, state__in=OPEN))
    calendar, today = current_calendar(), moment.as_of.astimezone(LOCAL).date()
    found = rows.order_by("due_on", "pk").values_list(
        "pk", "source", "external_id", "document", "department", "unit", "due_on", "state", "historical", "occurred_at"
    )
    return [
        Assigned(
            pk=pk,
            key=f"{source}:{code}",
            document=document,
            agency=(department, unit),
            due_on=due_on,
            late=deadlines.days_late(due_on, today, calendar) if state in OPEN and due_on < today else None,
            soon=state in OPEN and deadlines.due_soon(due_on, today, calendar),
            # What was filled in later is as old as it is; what is late now is news as long as it lasts.
            seen=occurred_at if historical else moment.as_of,
        )
        for pk, source, code, document, department, unit, due_on, state, historical, occurred_at in found
    ]


def _title(one: Assigned, name: Name) -> Message:
    return message(
        gettext_noop("{agency}: the task of {document} was due on {day}, {days} working days late"),
        agency=name,
        document=one.document,
        day=f"{one.due_on:%d/%m/%Y}",
        days=one.late,
    )


def _finding(
    severity: Severity, mark: str, title: Message, tasks: Sequence[Assigned], category: str = "late_task"
) -> Finding:
    department, unit = tasks[0].agency
    return Finding(
        rule=LATE_TASK,
        severity=severity,
        fingerprint=mark,
        title=title,
        seen=max(one.seen for one in tasks),
        unit=unit or None,
        department=department or None,
        category=category,
        evidence=[one.pk for one in tasks][-EVIDENCE:],
        count=len(tasks),
    )
