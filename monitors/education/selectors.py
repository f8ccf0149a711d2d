"""Reading schools and attendance: what rules and panels ask, and what staff see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, models
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_noop

from monitors.education.models import Attendance, School, State
from monitors.education.schools import report_by, school_days
from monitors.education.science.absence import Count, Verdict, judge
from monitors.education.science.classes import crowding, limit, per_class
from services.contract import Fact
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.kernel.clock import LOCAL

WEEKS = 8
"""Weeks before, whose same weekdays are compared with (configuration)."""
YEAR = timedelta(days=364)
"""A year that ends on the same weekday."""
SEASON = timedelta(days=14)
"""Days around the same day of last year that are its season (configuration)."""
CONNECTED = timedelta(days=120)
"""Who was heard live within this time owes attendance: longer than a summer (configuration)."""
RECENT = timedelta(days=7)
"""A school that has said nothing for so long tells nothing of how its commune stands now (configuration)."""
FACTS_OF = 20


# --- how the newest day stands ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """A school's newest school day: its record, its counts, and the verdict (None: too little is known)."""

    pk: int
    code: str
    day: date
    count: Count
    received_at: datetime
    historical: bool
    verdict: Verdict | None

    @property
    def unusual(self) -> bool:
        """Tell whether unusually many are absent."""
        return self.verdict is not None and self.verdict.unusual


_PAST = """
SELECT a.school, a.day, a.expected, a.present
  FROM unnest(%s::varchar[], %s::date[]) AS k (school, day)
  JOIN education_attendance AS a
    ON a.realm = %s AND a.school = k.school AND a.school_day
   AND ((a.day BETWEEN k.day - %s AND k.day - 7 AND (k.day - a.day) %% 7 = 0)
     OR a.day BETWEEN k.day - %s AND k.day - %s)
"""


def judgements(realm: str, codes: Sequence[str]) -> dict[str, Judged]:
    """Return code → how the newest reported school day of each school stands; who never reported is missing.

    2 statements, however many schools.
    """
    rows = Attendance.objects.filter(realm=realm, school__in=codes, school_day=True).order_by("school", "-day")
    newest = rows.distinct("school").only("pk", "school", "day", "expected", "present", "received_at", "historical")
    weekdays, season = _past(realm, {row.school: row.day for row in newest})
    found = {}
    for row in newest:
        count = Count(row.expected, row.present)
        verdict = judge(count, weekdays.get(row.school, ()), season.get(row.school, ()))
        found[row.school] = Judged(row.pk, row.school, row.day, count, row.received_at, row.historical, verdict)
    return found


Past = dict[str, list[Count]]


def _past(realm: str, days: Mapping[str, date]) -> tuple[Past, Past]:
    """Return by school the same weekdays of the weeks before its day, and the season of the year before."""
    weekdays: Past = {}
    season: Past = {}
    if not days:
        return weekdays, season
    span = (YEAR + SEASON).days, (YEAR - SEASON).days
    with connection.cursor() as cursor:
        cursor.execute(_PAST, [list(days), list(days.values()), realm, 7 * WEEKS, *span])
        for school, day, expected, present in cursor.fetchall():
            kind = weekdays if (days[school] - day).days <= 7 * WEEKS else season
            kind.setdefault(school, []).append(Count(expected, present))
    return weekdays, season


def state_of(school: School, judged: Judged | None, on: date) -> State:
    """Return how a school stands: absence before crowding, and unknown where nothing can be said."""
    if judged is not None and judged.unusual:
        return State.ABSENT
    if (crowding(school.level, school.pupils, school.classes, on) or 0.0) > 1:
        return State.CROWDED
    return State.USUAL if judged is not None and judged.verdict is not None else State.UNKNOWN


# --- who owes a report -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owing:
    """A school that owes attendance of ``day``, due at ``due``; ``late`` when it has not come."""

    school: School
    day: date
    due: datetime

    @property
    def late(self) -> bool:
        """Tell whether the day's attendance is missing."""
        return self.school.heard_day is None or self.school.heard_day < self.day


def owing(realm: str, now: datetime, unit: str | None = None) -> Iterator[Owing]:
    """Yield the connected schools with the newest school day they owe by now: 3 statements."""
    rows = _connected(realm, now, unit)
    owed, by = _owed_by_level(rows, now), report_by()
    for school in rows.defer("raw", "digest").order_by("unit", "code"):
        day = owed[school.level]
        if day is not None and (school.closed_on is None or day < school.closed_on):
            yield Owing(school, day, datetime.combine(day, by, LOCAL))


def owing_counts(realm: str, now: datetime, unit: str | None = None) -> tuple[int, int, datetime | None]:
    """Return of ``owing`` how many there are, how many are late, and when one of them was heard last: 2 statements."""
    rows = _connected(realm, now, unit)
    owes, late = Q(pk__in=()), Q(pk__in=())
    for level, day in _owed_by_level(rows, now).items():
        if day is not None:
            one = Q(level=level) & (Q(closed_on=None) | Q(closed_on__gt=day))
            owes |= one
            late |= one & (Q(heard_day=None) | Q(heard_day__lt=day))
    found = rows.order_by().aggregate(
        owes=models.Count("pk", filter=owes), late=models.Count("pk", filter=late), at=Max("heard_at", filter=owes)
    )
    return found["owes"], found["late"], found["at"]


def _connected(realm: str, now: datetime, unit: str | None) -> QuerySet[School]:
    rows = School.objects.filter(realm=realm, heard_at__gt=now - CONNECTED)
    return rows.filter(unit=unit) if unit else rows


def _owed_by_level(rows: QuerySet[School], now: datetime) -> dict[str, date | None]:
    """Return level → the newest school day whose attendance is due by now, None for none: 1 statement."""
    days, by = school_days(), report_by()
    levels = rows.order_by().values_list("level", flat=True).distinct()
    return {level: days.owed(now, by, level, LOCAL) for level in levels}


# --- staff -----------------------------------------------------------------------------------------------------------


def school_names() -> dict[str, dict[str, str]]:
    """Return every school's name by its code, the same in both languages: 1 statement."""
    return {code: {"vi": name, "en": name} for code, name in School.objects.values_list("code", "name")}


def visible_schools(user: Reader) -> QuerySet[School]:
    """Return the schools of the realm on show that the reader's roles reach."""
    return limit_by_code(School.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def visible_attendance(user: Reader) -> QuerySet[Attendance]:
    """Return the attendance of the realm on show that the reader's roles reach."""
    return limit_by_code(Attendance.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def facts(ids: Sequence[int]) -> list[Fact]:
    """Return what the attendance behind a ticket counts: 2 statements."""
    rows = list(Attendance.objects.filter(pk__in=list(ids)).order_by("-day", "school")[:FACTS_OF])
    schools = School.objects.filter(realm__in={row.realm for row in rows}, code__in={row.school for row in rows})
    names = dict(schools.values_list("code", "name"))
    return [Fact(gettext_noop("Attendance"), _told(row, names.get(row.school, row.school))) for row in rows]


def _told(row: Attendance, name: str) -> dict[str, str]:
    head = f"{name} · {row.day:%d/%m/%Y} · {row.present}/{row.expected}"
    return {
        "vi": f"{head} · vắng {row.missing}, có phép {row.excused}",
        "en": f"{head} · {row.missing} absent, {row.excused} with leave",
    }


def school_facts(ids: Sequence[int]) -> list[Fact]:
    """Return what is known of the schools behind a ticket."""
    rows = School.objects.filter(pk__in=list(ids)).order_by("code")[:FACTS_OF]
    return [Fact(gettext_noop("School"), _size(row)) for row in rows]


def _size(row: School) -> dict[str, str]:
    size, most = per_class(row.pupils, row.classes) or 0.0, limit(row.level, row.as_of.astimezone(LOCAL).date())
    return {
        "vi": f"{row.name} · {row.pupils} học sinh / {row.classes} lớp = {size:.1f} (quy định {most or '–'})".replace(
            ".", ","
        ),
        "en": f"{row.name} · {row.pupils} pupils / {row.classes} classes = {size:.1f} (limit {most or '–'})",
    }
