"""Which communes are late with their reports: a week that is due and missing, or a case that came too late. Reads only.

Who reported within three months owes every week. A commune never heard of is no late reporter: it is not connected.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_noop

from monitors.health.diseases import EVERY, diseases
from monitors.health.models import CaseReport, Grain, Tally
from monitors.health.science.course import COVERED
from monitors.health.science.deadlines import WEEK, owed_week, week_due
from services.contract import Message, Moment, Severity, message

CONNECTED = timedelta(days=90)
"""Who was heard within this time owes reports (configuration)."""
FRESH = timedelta(days=7)
"""A case that came too late is told for so long, unless the next one comes in time (configuration)."""

Late = tuple[str, Message | None, datetime, Severity, Sequence[int]]
"""Unit, what to say (None: in time again), when it was seen, how bad, the reports that show it."""


@dataclass(frozen=True, slots=True)
class _Case:
    """The newest case report of a commune."""

    pk: int
    disease: str
    hours: int
    """How many hours too late it came, 0 for in time."""


def late_reports(ids: Sequence[int], moment: Moment) -> Iterator[Late]:
    """Yield how the communes stand that reports just came from: 6 statements."""
    rows = CaseReport.objects.filter(pk__in=ids, realm=moment.realm, historical=False)
    units = set(rows.order_by().values_list("reporting_unit", flat=True).distinct())
    if units:
        yield from _standing(units, moment)


def overdue_weeks(moment: Moment) -> Iterator[Late]:
    """Yield how every connected commune stands: 6 statements."""
    heard = CaseReport.objects.filter(realm=moment.realm, heard_at__gt=moment.as_of - CONNECTED)
    yield from _standing(set(heard.order_by().values_list("reporting_unit", flat=True).distinct()), moment)


def _standing(units: Collection[str], moment: Moment) -> Iterator[Late]:
    week = owed_week(moment.as_of)
    missing = _owing(units, week, moment) - _sent(units, week, moment)
    longer = _owing(missing, week - WEEK, moment) - _sent(missing, week - WEEK, moment) if missing else set()
    cases = _newest_cases(units, moment)
    for unit in sorted(units):
        case = cases.get(unit)
        if unit in missing:
            title = message(gettext_noop("No disease report for the week of {day}"), day=f"{week:%d/%m/%Y}")
            yield unit, title, moment.as_of, "medium" if unit in longer else "low", ()
        elif case and case.hours:
            told = {"disease": diseases()[case.disease].label, "hours": case.hours}
            title = message(gettext_noop("{disease}: a case was reported {hours} hours too late"), **told)
            severity: Severity = "medium" if diseases()[case.disease].group == "A" else "low"
            yield unit, title, moment.as_of, severity, [case.pk]
        else:
            yield unit, None, moment.as_of, "low", ()


def _owing(units: Collection[str], week: date, moment: Moment) -> set[str]:
    """Return the communes whose own station was heard before the week's report was due, and lately."""
    heard = CaseReport.objects.filter(
        realm=moment.realm,
        reporting_unit__in=units,
        reporter="",
        heard_at__gt=moment.as_of - CONNECTED,
        heard_at__lte=week_due(week),
    )
    return set(heard.order_by().values_list("reporting_unit", flat=True).distinct())


def _sent(units: Collection[str], week: date, moment: Moment) -> set[str]:
    """Return the communes that said for a week what there was besides the cases they reported."""
    said = Tally.objects.filter(
        realm=moment.realm, disease=EVERY, unit__in=units, grain=Grain.WEEK, start=week, days__gte=COVERED * 7
    )
    return set(said.values_list("unit", flat=True))


def _newest_cases(units: Collection[str], moment: Moment) -> dict[str, _Case]:
    rows = CaseReport.objects.filter(
        realm=moment.realm,
        reporting_unit__in=units,
        heard_at__gt=moment.as_of - FRESH,
        cases__gt=0,
        historical=False,
    )
    newest = rows.order_by("reporting_unit", "-heard_at", "-pk").distinct("reporting_unit")
    return {
        unit: _Case(pk, disease, _hours(heard - due))
        for unit, pk, disease, heard, due in newest.values_list("reporting_unit", "pk", "disease", "heard_at", "due_at")
    }


def _hours(late: timedelta) -> int:
    """Return begun hours, 0 for what came in time."""
    return max(0, -int(-late.total_seconds() // 3600))
