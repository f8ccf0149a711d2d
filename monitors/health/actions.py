"""Keeping the sums: tallies of cases and bed-days follow the reports they are made of, in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import connection

from monitors.health.models import BedDay, Capacity, CaseReport
from monitors.health.science.deadlines import monday
from services.kernel.clock import LOCAL

Key = tuple[str, str, str, date]
"""Disease, unit, grain (d, w, m), first day."""

_KEYS = "unnest(%s::varchar[], %s::varchar[], %s::varchar[], %s::date[]) AS k (disease, unit, grain, start)"
_HOLD = f"""
INSERT INTO health_tally AS t (realm, disease, unit, grain, start, cases, confirmed, deaths, days, exact)
SELECT %s, k.disease, k.unit, k.grain, k.start, 0, 0, 0, 0, true
  FROM {_KEYS} ORDER BY k.disease, k.unit, k.grain, k.start
    ON CONFLICT (realm, disease, unit, grain, start) DO UPDATE SET days = t.days
"""  # noqa: S608 - no text from outside
"""Makes the rows and locks them, in one order: of two transactions the second counts what the first wrote."""
_DAYS = f"""
INSERT INTO health_tally AS t (realm, disease, unit, grain, start, cases, confirmed, deaths, days, exact)
SELECT %s, k.disease, k.unit, k.grain, k.start, s.cases, s.confirmed, s.deaths, s.days, s.exact
  FROM {_KEYS}
 CROSS JOIN LATERAL (
       SELECT COALESCE(sum(r.cases) FILTER (WHERE r.day = k.start), 0) AS cases,
              COALESCE(sum(r.confirmed) FILTER (WHERE r.day = k.start), 0) AS confirmed,
              COALESCE(sum(r.deaths) FILTER (WHERE r.day = k.start), 0) AS deaths,
              LEAST(count(r.id), 1) AS days,
              COALESCE(bool_and(r.first_day = r.day), true) AS exact
         FROM health_casereport AS r
        WHERE r.realm = %s AND r.disease = k.disease AND r.unit = k.unit
          AND r.day BETWEEN k.start AND k.start + 6 AND r.first_day <= k.start) AS s
    ON CONFLICT (realm, disease, unit, grain, start) DO UPDATE
       SET cases = excluded.cases, confirmed = excluded.confirmed, deaths = excluded.deaths,
           days = excluded.days, exact = excluded.exact
"""  # noqa: S608
"""Each row is found by its unique index whatever the statistics say: while a table fills they call it empty."""
_SPANS = f"""
INSERT INTO health_tally AS t (realm, disease, unit, grain, start, cases, confirmed, deaths, days, exact)
SELECT %s, k.disease, k.unit, k.grain, k.start, s.cases, s.confirmed, s.deaths, s.days, true
  FROM {_KEYS}
 CROSS JOIN LATERAL (
       SELECT sum(d.cases) AS cases, sum(d.confirmed) AS confirmed, sum(d.deaths) AS deaths, sum(d.days) AS days
         FROM health_tally AS d
        WHERE d.realm = %s AND d.disease = k.disease AND d.unit = k.unit AND d.grain || '' = 'd' AND d.start >= k.start
          AND d.start < k.start + CASE k.grain WHEN 'w' THEN interval '7 days' ELSE interval '1 month' END) AS s
 WHERE s.days IS NOT NULL
    ON CONFLICT (realm, disease, unit, grain, start) DO UPDATE
       SET cases = excluded.cases, confirmed = excluded.confirmed, deaths = excluded.deaths, days = excluded.days
"""  # noqa: S608
"""A grain put together fits no index but the unique one: a planner without statistics takes the one made for maps."""


def keep_tallies(realm: str, reports: Iterable[CaseReport], before: Iterable[tuple[str, str, date, date]] = ()) -> None:
    """Count again the days, weeks and months that reports touch: 3 statements.

    ``before`` are disease, unit, first and last day of the versions they replace.
    """
    spans = {(one.disease, one.unit, one.first_day, one.day) for one in reports} | set(before)
    days = sorted({(d, unit, "d", day) for d, unit, first, last in spans for day in _span(first, last)})
    wider = sorted({key for d, unit, _grain, day in days for key in _wider(d, unit, day)})
    if not days:
        return
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [realm, *_columns(sorted([*days, *wider]))])
        cursor.execute(_DAYS, [realm, *_columns(days), realm])
        cursor.execute(_SPANS, [realm, *_columns(wider), realm])


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _wider(disease: str, unit: str, day: date) -> tuple[Key, Key]:
    return (disease, unit, "w", monday(day)), (disease, unit, "m", day.replace(day=1))


def _columns(keys: Sequence[Key]) -> list[list[object]]:
    return [list(column) for column in zip(*keys, strict=True)]


def keep_bed_days(realm: str, readings: Iterable[Capacity]) -> None:
    """Remember of every facility and day the latest reading, whatever came in which order: 1 statement."""
    latest: dict[tuple[str, date], Capacity] = {}
    for one in sorted(readings, key=lambda one: (one.as_of, one.version)):
        latest[one.facility, one.as_of.astimezone(LOCAL).date()] = one
    rows = [
        (realm, one.facility, one.unit, day, one.beds, one.inpatients, one.as_of)
        for (_slug, day), one in sorted(latest.items())
    ]
    if not rows:
        return
    table = BedDay._meta.db_table
    statement = (
        f"INSERT INTO {table} AS t (realm, facility, unit, day, beds, inpatients, as_of) VALUES "  # noqa: S608
        f"{', '.join(['(%s, %s, %s, %s, %s, %s, %s)'] * len(rows))} ON CONFLICT (realm, facility, day) DO UPDATE SET "
        "unit = EXCLUDED.unit, beds = EXCLUDED.beds, inpatients = EXCLUDED.inpatients, as_of = EXCLUDED.as_of "
        "WHERE t.as_of <= EXCLUDED.as_of"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])
