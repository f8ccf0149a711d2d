"""Reading cases and beds: what rules and panels ask, and what staff and citizens see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from monitors.health.diseases import EVERY, diseases, label_of, natures
from monitors.health.facilities import Facility, facilities
from monitors.health.models import Capacity, CaseReport, Grain, Tally
from monitors.health.science import circular15
from monitors.health.science.course import DAY, REACH, Course, Day, Linked, Sum, same_weeks
from monitors.health.science.deadlines import monday
from services.contract import Fact
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.kernel.clock import LOCAL

FACTS_OF = 20
STALE = timedelta(hours=6)
"""Older free places are unknown (configuration)."""
BEDS_STALE = timedelta(hours=48)
"""Older bed counts say nothing of today (configuration)."""

Pair = tuple[str, str]
"""Disease and commune."""


# --- courses ---------------------------------------------------------------------------------------------------------


def touched(ids: Sequence[int], realm: str) -> dict[Pair, list[int]]:
    """Return the diseases in communes that reports speak of, with the reports: 1 statement, 2 with general ones.

    A general report ("nothing else") speaks of every disease that its commune had within reach. Backfill speaks of
    none: it is what today is compared with.
    """
    rows = CaseReport.objects.filter(pk__in=ids, realm=realm, historical=False).order_by("day", "pk")
    found: dict[Pair, list[int]] = defaultdict(list)
    general: dict[str, list[int]] = defaultdict(list)
    since: date | None = None
    for pk, disease, unit, day in rows.values_list("pk", "disease", "unit", "day"):
        if disease != EVERY:
            found[disease, unit].append(pk)
            continue
        general[unit].append(pk)
        since = min(since or day, day)
    if general and since is not None:
        struck = Tally.objects.filter(
            realm=realm, grain=Grain.DAY, unit__in=general, start__gte=since - REACH * DAY, cases__gt=0
        )
        for disease, unit in struck.order_by().values_list("disease", "unit").distinct():
            found[disease, unit] += general[unit]
    return dict(found)


_ROWS = """
SELECT k.disease, k.unit, t.*
  FROM unnest(%(diseases)s::varchar[], %(units)s::varchar[], %(ends)s::date[]) AS k (disease, unit, until)
 CROSS JOIN LATERAL (
       SELECT d.grain, d.start, d.cases, d.confirmed, d.days, d.exact
         FROM health_tally AS d
        WHERE d.realm = %(realm)s AND d.disease = k.disease AND d.unit = k.unit AND d.days > 0
          AND d.grain = 'd' AND d.start BETWEEN k.until - %(reach)s AND k.until
        UNION ALL
       SELECT w.grain, w.start, w.cases, w.confirmed, w.days, w.exact
         FROM health_tally AS w
        WHERE w.realm = %(realm)s AND w.disease = k.disease AND w.unit = k.unit AND w.days > 0
          AND w.grain = 'w' AND w.start = ANY(%(weeks)s::date[])
        UNION ALL
       SELECT m.grain, m.start, m.cases, m.confirmed, m.days, m.exact
         FROM health_tally AS m
        WHERE m.realm = %(realm)s AND m.disease = k.disease AND m.unit = k.unit AND m.days > 0
          AND m.grain = 'm' AND m.start = ANY(%(months)s::date[])) AS t
"""
"""Each grain on its own: with OR between them all that is known of a disease in a commune is read and thrown away."""


def courses(realm: str, pairs: Collection[Pair], today: date) -> dict[Pair, Course]:
    """Return what is known of these diseases in these communes up to ``today``, with five years before: 2 statements.

    A commune that has long said nothing is read from its own newest day back: 5 statements where there is one.
    """
    found = _read(realm, dict.fromkeys(pairs, today))
    lately = today - REACH * DAY // 2
    speaking = {unit for (_disease, unit), known in found.items() if known.last and known.last > lately}
    ends = _newest(realm, {unit for _disease, unit in pairs} - speaking, today)
    found |= _read(realm, {pair: ends[pair[1]] for pair in pairs if pair[1] in ends})
    _link(realm, found)
    return found


def _newest(realm: str, units: Collection[str], today: date) -> dict[str, date]:
    """Return the newest day of communes that were not heard of within reach, of whatever disease."""
    if not units:
        return {}
    recent = Tally.objects.filter(
        realm=realm, grain=Grain.DAY, unit__in=units, start__gt=today - REACH * DAY // 2, start__lte=today, days__gt=0
    )
    quiet = set(units) - set(recent.order_by().values_list("unit", flat=True).distinct())
    if not quiet:
        return {}
    older = CaseReport.objects.filter(realm=realm, unit__in=quiet, day__lte=today).order_by("unit", "-day")
    return dict(older.distinct("unit").values_list("unit", "day"))


def _read(realm: str, ends: Mapping[Pair, date]) -> dict[Pair, Course]:
    """Return what is known of each disease in a commune up to a day of its own: 1 statement."""
    found: dict[Pair, Course] = {pair: Course() for pair in ends}
    keys = sorted({(d, unit, end) for (disease, unit), end in ends.items() for d in (disease, EVERY)})
    months = sorted({first for end in set(ends.values()) for first in _months(end)})
    weeks = sorted({week for end in set(ends.values()) for week in (monday(end), *same_weeks(monday(end)))})
    if not keys:
        return found
    with connection.cursor() as cursor:
        columns = zip(("diseases", "units", "ends"), map(list, zip(*keys, strict=True)), strict=True)
        cursor.execute(_ROWS, {**dict(columns), "realm": realm, "reach": REACH, "weeks": weeks, "months": months})
        rows = cursor.fetchall()
    by_unit: dict[str, list[Course]] = defaultdict(list)
    for pair, course in found.items():
        by_unit[pair[1]].append(course)
    for disease, unit, grain, start, cases, confirmed, days, exact in rows:
        if disease == EVERY:
            _add_free(by_unit[unit], grain, start, days)
        elif grain == "d":
            found[disease, unit].days[start] = Day(cases, confirmed, exact)
        else:
            course = found[disease, unit]
            (course.weeks if grain == "w" else course.months)[start] = Sum(cases, days)
    return found


def _add_free(courses: Iterable[Course], grain: str, start: date, days: int) -> None:
    for course in courses:
        if grain == "d":
            course.free.add(start)
        else:
            (course.free_weeks if grain == "w" else course.free_months)[start] = days


def _months(end: date) -> list[date]:
    """Return the first days of the months within reach and of the same months of the years before."""
    recent = {(end - n * DAY).replace(day=1) for n in range(0, REACH + 31, 28)}
    return sorted({first.replace(year=first.year - y) for first in recent for y in range(circular15.YEARS + 1)})


def _link(realm: str, found: dict[Pair, Course]) -> None:
    """Add linked cases to the courses of diseases that are judged by them."""
    wanted = [pair for pair in found if not natures()[pair[0]].endemic or natures()[pair[0]].group == "A"]
    if not wanted:
        return
    since = min(((found[pair].last or date.max) for pair in wanted), default=date.max)
    rows = CaseReport.objects.filter(
        realm=realm,
        disease__in={disease for disease, _unit in wanted},
        unit__in={unit for _disease, unit in wanted},
        cases__gt=0,
    ).exclude(cluster="")
    if since != date.max:
        rows = rows.filter(day__gte=since - REACH * DAY)
    for disease, unit, cluster, day, cases in rows.values_list("disease", "unit", "cluster", "day", "cases"):
        if (disease, unit) in found:
            found[disease, unit].linked.append(Linked(cluster, day, cases))


# --- facilities ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A facility and what it last said. ``free`` None: it does not say, or said so too long ago."""

    facility: Facility
    capacity: Capacity | None
    now: datetime

    @property
    def free(self) -> int | None:
        """The free places, unless they are unknown."""
        if self.capacity is None or self.capacity.as_of < self.now - STALE:
            return None
        return self.capacity.free_slots

    @property
    def occupancy(self) -> float | None:
        """The share of beds taken, unless it is unknown."""
        if self.capacity is None or not self.capacity.beds or self.capacity.as_of < self.now - BEDS_STALE:
            return None
        return self.capacity.inpatients / self.capacity.beds


def standings(realm: str, now: datetime, unit: str | None = None) -> list[Standing]:
    """Return every facility of the province (or of one commune) with what it last said: 1 statement."""
    places = [one for one in facilities().values() if unit is None or one.unit == unit]
    said = {one.facility: one for one in Capacity.objects.filter(realm=realm).defer("raw", "digest")}
    return [Standing(place, said.get(place.slug), now) for place in places]


# --- staff -----------------------------------------------------------------------------------------------------------


def visible_reports(user: Reader) -> QuerySet[CaseReport]:
    """Return the case reports of the realm on show that the reader's roles reach."""
    return limit_by_code(CaseReport.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def visible_capacities(user: Reader) -> QuerySet[Capacity]:
    """Return the capacities of the realm on show that the reader's roles reach."""
    return limit_by_code(Capacity.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def facts(ids: Sequence[int]) -> list[Fact]:
    """Return what the reports behind a ticket count, newest first."""
    rows = CaseReport.objects.filter(pk__in=list(ids)).order_by("-day", "-pk")[:FACTS_OF]
    return [Fact(gettext_noop("Case report"), _told(row)) for row in rows]


def _told(row: CaseReport) -> dict[str, str]:
    name = label_of(row.disease) if row.disease in diseases() else NOTHING_ELSE
    day = f"{row.day:%d/%m/%Y}"
    numbers = f"{row.suspected} + {row.probable} + {row.confirmed}"
    died = {"vi": f" · tử vong {row.deaths}", "en": f" · deaths {row.deaths}"} if row.deaths else {"vi": "", "en": ""}
    words = {"vi": "nghi ngờ + có thể + xác định", "en": "suspected + probable + confirmed"}
    return {lang: f"{name[lang]} · {day} · {numbers} ({words[lang]}){died[lang]}" for lang in ("vi", "en")}


NOTHING_ELSE = {"vi": "Không có ca bệnh nào khác", "en": "No other case"}
"""What a general report says."""


def capacity_facts(ids: Sequence[int]) -> list[Fact]:
    """Return what the facilities behind a ticket said of their beds."""
    rows = Capacity.objects.filter(pk__in=list(ids)).order_by("facility")[:FACTS_OF]
    return [Fact(gettext_noop("Beds"), _beds_told(row)) for row in rows]


def _beds_told(row: Capacity) -> dict[str, str]:
    place = facilities().get(row.facility)
    at = f"{row.as_of.astimezone(LOCAL):%H:%M %d/%m/%Y}"
    return {
        lang: f"{place.name[lang] if place else row.facility} · {row.inpatients}/{row.beds} · {at}"
        for lang in ("vi", "en")
    }
