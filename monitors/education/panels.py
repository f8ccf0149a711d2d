"""What the wall shows of schools. Every figure comes from the rows of one query. Reads, writes nothing.

The key figure is that of the newest school day that was reported, and says which: a Sunday is no day of 0 %.
"""

from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Sum
from django.utils.translation import gettext_noop

from monitors.education import queries
from monitors.education.models import School, State
from monitors.education.rules import CROWDED, LATE, LATE_SCHOOL, UNUSUAL
from monitors.education.schools import OWNER, school_days
from monitors.education.science.classes import limit, per_class
from monitors.education.selectors import owing_counts
from services.contract import Column, Figure, Message, Panel, Scope, Severity, message
from services.indicators import figures
from services.kernel.clock import LOCAL

DAYS = 30
TARGET = 97.0
"""Share of pupils present that is aimed at (configuration)."""
POOR, BAD = 95.0, 90.0
"""Below the first the figure is marked low, below the second medium (configuration)."""
LISTED = 20
OVER_A_WEEKEND = timedelta(hours=96)
A_YEAR = timedelta(days=400)


BY_DAY = (Column("at", gettext_noop("Day")), Column("attendance", gettext_noop("% present"), decimals=1))
WATCHED = (
    Column("title", gettext_noop("School")),
    Column("place", gettext_noop("Commune or ward")),
    Column("state", gettext_noop("State")),
    Column("at", gettext_noop("Day")),
)


def _share(expected: int, present: int) -> float | None:
    return round(100 * present / expected, 1) if expected else None


def _by_day(scope: Scope) -> list[tuple[date, int, int, int, datetime]]:
    """Return day, expected, present, schools and newest word of the last school days, oldest first: 2 statements.

    It asks for nothing that the index of days does not hold: rows are counted as such, not by their ids.
    """
    rows = queries.SPAN_QUERY.rows(scope).order_by().values_list("day")
    summed = rows.annotate(e=Sum("expected"), p=Sum("present"), n=Count("*"), at=Max("as_of")).order_by("-day")
    return list(reversed(summed[:DAYS]))


def _severity(share: float | None) -> Severity | None:
    if share is None or share >= POOR:
        return None
    return "medium" if share < BAD else "low"


def attendance(scope: Scope) -> Figure:
    """Return the share of pupils present on the newest school day, and of thirty days: 4 statements."""
    days = _by_day(scope)
    if not days:
        return Figure(None, None, queries.NEWEST_QUERY, rules=(UNUSUAL, LATE_SCHOOL))
    day, expected, present, schools, at = days[-1]
    share = _share(expected, present)
    return Figure(
        value=share,
        as_of=at,
        query=queries.NEWEST_QUERY,
        unit=message("%"),
        short=message(gettext_noop("pupils present on {day}"), day=f"{day:%d/%m}"),
        decimals=1,
        target=TARGET,
        target_text=message(
            gettext_noop("{day}: {count} of {all} schools reported; at least {target} %"),
            day=f"{day:%d/%m/%Y}",
            count=schools,
            all=max(schools, _expected_schools(scope, day)),
            target=round(TARGET),
        ),
        severity=_severity(share),
        trend=[share for _day, e, p, _n, _at in days if (share := _share(e, p)) is not None],
        rules=(UNUSUAL, LATE_SCHOOL),
    )


def _expected_schools(scope: Scope, day: date) -> int:
    """Return how many connected schools taught on a day."""
    rows = queries.CONNECTED_QUERY.rows(scope).order_by().values_list("level").annotate(n=Count("pk"))
    teaching = school_days()
    return sum(count for level, count in rows if teaching.is_school_day(day, level))


def daily(scope: Scope) -> Figure:
    """Return the attendance of thirty school days, day by day: 2 statements."""
    days = [(day, share, at) for day, e, p, _n, at in _by_day(scope) if (share := _share(e, p)) is not None]
    return Figure(
        value=days[-1][1] if days else None,
        as_of=days[-1][2] if days else None,
        query=queries.SPAN_QUERY,
        unit=message(gettext_noop("% present, 30 school days")),
        decimals=1,
        target=TARGET,
        trend=[share for _day, share, _at in days],
        rows=[{"at": day.isoformat(), "attendance": share} for day, share, _at in days],
        columns=BY_DAY,
        rules=(UNUSUAL,),
    )


def communes(scope: Scope) -> Figure:
    """Return the attendance of the newest school day by commune; who reported nothing has no value: 2 statements."""
    rows = queries.NEWEST_QUERY.rows(scope).order_by().values_list("unit")
    found = list(rows.annotate(e=Sum("expected"), p=Sum("present"), at=Max("as_of")))
    values = {unit: share for unit, e, p, _at in found if (share := _share(e, p)) is not None}
    return Figure(
        value=min(values.values(), default=None),
        as_of=max((at for *_rest, at in found), default=None),
        query=queries.NEWEST_QUERY,
        unit=message(gettext_noop("% present, at least")),
        decimals=1,
        values=values,
        rules=(UNUSUAL,),
    )


def silent(scope: Scope) -> Figure:
    """Return how many schools owe the attendance of their newest school day: 2 statements."""
    mine = not scope.department or scope.department == OWNER
    owed, late, heard_at = owing_counts(scope.realm, scope.now, scope.unit) if mine else (0, 0, None)
    return Figure(
        value=late if owed else None,
        as_of=heard_at,
        query=queries.CONNECTED_QUERY,
        unit=message(gettext_noop("schools of {all}"), all=owed),
        target=0,
        target_text=message(gettext_noop("a school that says nothing is not a full one")),
        severity="low" if late else None,
        rules=(LATE_SCHOOL,),
    )


def watch_list(scope: Scope) -> Figure:
    """Return the schools where unusually many are absent, then those with too many to a class: 2 statements."""
    rows = queries.WATCHED.rows(scope).defer("raw", "digest", "place")
    at: datetime | None = queries.SCHOOLS.rows(scope).aggregate(at=Max("heard_at"))["at"]
    listed = [_row(one, queries.today(scope)) for one in rows[:LISTED]]
    return Figure(
        value=len(listed),
        as_of=at,
        query=queries.WATCHED,
        unit=message(gettext_noop("schools")),
        rows=listed,
        columns=WATCHED,
        rules=(UNUSUAL, CROWDED),
    )


def _row(school: School, on: date) -> dict[str, object]:
    absent = school.state == State.ABSENT
    value = 100 * (school.absent or 0.0) if absent else per_class(school.pupils, school.classes) or 0.0
    day = school.heard_day if absent and school.heard_day else school.as_of.astimezone(LOCAL).date()
    return {
        "id": school.code,
        "at": f"{day.isoformat()}T00:00:00+07:00",
        "title": school.label,
        "unit": school.unit,
        "value": round(value, 1),
        "state": _said(school, round(value, 1), on),
        "open": absent,
        "severity": "medium" if absent else "low",
    }


def _said(school: School, value: float, on: date) -> Message:
    if school.state == State.ABSENT:
        usual = round(100 * (school.usual or 0.0), 1)
        return message(gettext_noop("{share} % absent, usually {usual} %"), share=value, usual=usual)
    most = limit(school.level, on)
    return message(gettext_noop("{size} pupils to a class, at most {limit}"), size=value, limit=most)


def standard(scope: Scope) -> Figure:
    """Return the share of schools of national standard, as it was delivered: 3 statements at most."""
    return figures.figure_of("schools_standard_rate", scope, rules=(LATE,))


def class_size(scope: Scope) -> Figure:
    """Return the pupils of a class on average, as it was delivered: 3 statements at most."""
    return figures.figure_of("pupils_per_class", scope, rules=(LATE,))


_DAILY, _SCHOOLS, _SHEETS = ("attendance",), ("attendance", "schools"), ("workbook",)
PANELS: tuple[Panel, ...] = (
    Panel(
        "attendance",
        gettext_noop("Pupils present"),
        "number",
        attendance,
        _DAILY,
        fresh_for=OVER_A_WEEKEND,
        key=True,
    ),
    Panel("daily", gettext_noop("Attendance, 30 school days"), "chart", daily, _DAILY, fresh_for=OVER_A_WEEKEND),
    Panel("communes", gettext_noop("Attendance by commune"), "map", communes, _DAILY, fresh_for=OVER_A_WEEKEND),
    Panel("watch", gettext_noop("Schools to look at"), "list", watch_list, _SCHOOLS, fresh_for=OVER_A_WEEKEND),
    Panel("silent", gettext_noop("Attendance not reported"), "number", silent, _DAILY, fresh_for=OVER_A_WEEKEND),
    Panel("standard", gettext_noop("Schools of national standard"), "number", standard, _SHEETS, fresh_for=A_YEAR),
    Panel("class_size", gettext_noop("Pupils to a class"), "number", class_size, _SHEETS, fresh_for=A_YEAR),
)
