"""What a person should know about agencies' work. Reads records and indicators, writes nothing."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.utils.translation import gettext_noop

from monitors.government import lateness, standing
from monitors.government.lateness import LATE_TASK
from monitors.government.queries import sheets_of
from monitors.government.selectors import sheet_facts
from services.contract import Cleared, Finding, Moment, Result, Rule, Severity, message
from services.indicators import findings

LOW_ON_TIME = "government.low_on_time"
LATE = "government.late"

DELIVERED = ("app_accounts", "app_installs", "portal_visits", "satisfaction_answers", "satisfaction_rate")
"""Indicators of this monitor that a department delivers by workbook."""
ALARMING, GRAVE = 90.0, 80.0
"""Per cent of dossiers on time below which it is medium, and high (configuration)."""


def tasks_arrived(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield how the agencies stand with their tasks that tasks just came of."""
    yield from lateness.late(moment, ids)


def late_tasks(moment: Moment) -> Iterator[Result]:
    """Yield what is late or due soon, and a clear for tasks with news that are late no more."""
    yield from lateness.late(moment)


def low_on_time(moment: Moment) -> Iterator[Result]:
    """Yield every agency whose dossiers on time miss the target by more than chance, a clear for the others.

    Judged is the newest month with enough dossiers, so that a month's first days condemn nobody.
    """
    for one in standing.judged(moment.realm, moment.as_of):
        mark = f"{LOW_ON_TIME}:{one.agency.place}"
        if not standing.misses_target(one.on_time, one.total):
            yield Cleared(LOW_ON_TIME, mark, moment.as_of)
            continue
        rate = round(100 * one.on_time / one.total, 1)
        severity: Severity = "high" if rate < GRAVE else "medium" if rate < ALARMING else "low"
        is_unit = one.agency.kind == "commune"
        yield Finding(
            rule=LOW_ON_TIME,
            severity=severity,
            fingerprint=mark,
            title=message(
                gettext_noop("{agency}: {rate} % of {count} dossiers on time in {period}, the target is {target} %"),
                agency=one.agency.label,
                rate=rate,
                count=one.total,
                period=one.month.label,
                target=standing.TARGET,
            ),
            seen=moment.as_of,
            unit=one.agency.place if is_unit else None,
            department=None if is_unit else one.agency.place,
            category="low_on_time",
            evidence=one.sheets,
            count=one.total - one.on_time,
        )


def late(moment: Moment) -> Iterator[Result]:
    """Yield a finding for every duty of delivery whose day has passed, a clearance once everything has come."""
    yield from findings.late(LATE, DELIVERED, moment)


RULES = (
    Rule(
        id=LATE_TASK,
        version=1,
        severity="medium",
        title=gettext_noop("Assigned task late"),
        basis=gettext_noop(
            "Working rules of the People's Committee: a task is done by the day its document names; reminded of two "
            "working days before (configuration)"
        ),
        sources=("tasks",),
        detect=tasks_arrived,
        sweep=late_tasks,
        every=timedelta(minutes=5),
    ),
    Rule(
        id=LOW_ON_TIME,
        version=1,
        severity="medium",
        title=gettext_noop("Too few dossiers on time"),
        basis=gettext_noop(
            "Decree 61/2018/NĐ-CP art. 19 on what is on time; target 95 %, beyond chance (configuration)"
        ),
        sources=("workbook",),
        sweep=low_on_time,
        every=timedelta(minutes=10),
        records=sheets_of(standing.COUNTED),
        facts=sheet_facts,
    ),
    Rule(
        id=LATE,
        version=1,
        severity="medium",
        title=gettext_noop("Indicators of government late"),
        basis=gettext_noop("periodic reporting of the province (configuration)"),
        sources=("workbook",),
        sweep=late,
        every=timedelta(minutes=15),
        records=sheets_of(DELIVERED),
        facts=sheet_facts,
    ),
)

CATEGORIES = {
    "late_task": gettext_noop("Late tasks"),
    "due_soon": gettext_noop("Tasks due soon"),
    "low_on_time": gettext_noop("Low share on time"),
}
"""What the categories of findings are called: message ids by code."""
