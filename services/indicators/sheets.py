"""Sheets in and out of the table, many at a time and without the weight of a model instance each."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from services.indicators.models import Sheet
from services.indicators.rollup import Lane, Values, Year

Key = tuple[int, int, str]
"""Indicator, year, unit."""
_SAVED_AT_ONCE = 500


def lock_province(realm: str, indicators: Collection[int], years: Collection[int], province: str) -> None:
    """Take the province's sheets of these indicators and years, made where they are missing, for this transaction.

    Whoever changes a commune's value changes the province's with it: these rows, taken in one order, keep two of them
    from missing each other's change.
    """
    arguments: list[Any] = [realm, province, sorted(indicators), sorted(years)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO indicators_sheet (realm, indicator_id, unit, year, part, values, known, batches, parts) "
            "SELECT %s, i, %s, y, 0, array_fill(NULL::float8, '{17}'), array_fill(NULL::timestamptz, '{17}'), "
            "array_fill(NULL::bigint, '{17}'), array_fill(0::smallint, '{17}') "
            "FROM unnest(%s::int[]) i CROSS JOIN unnest(%s::int[]) y ORDER BY i, y ON CONFLICT DO NOTHING",
            arguments,
        )
        cursor.execute(
            "SELECT 1 FROM indicators_sheet WHERE realm = %s AND unit = %s AND part = 0 AND indicator_id = ANY(%s) "
            "AND year = ANY(%s) ORDER BY indicator_id, year FOR UPDATE",
            arguments,
        )


def load_lanes(realm: str, indicator: int, year: int, units: Collection[str]) -> dict[str, Year]:
    """Return whole sheets of units: unit → part → lane; a unit without any is missing."""
    rows = Sheet.objects.filter(realm=realm, indicator_id=indicator, year=year, unit__in=units)
    found: dict[str, Year] = {}
    for pk, unit, part, values, known, batches, parts in rows.values_list(
        "pk", "unit", "part", "values", "known", "batches", "parts"
    ):
        lane = Lane(values, known, batches, parts, pk)
        lane.remember()
        found.setdefault(unit, {})[part] = lane
    return found


def load_values(realm: str, indicators: Collection[int], years: Collection[int], units: Collection[str] | None = None,
                parts: Collection[int] | None = None) -> dict[Key, Values]:  # fmt: skip
    """Return the values alone of indicators in years, of all units or some: (indicator, year, unit) → part → values."""
    rows = Sheet.objects.filter(realm=realm, indicator_id__in=indicators, year__in=years)
    if units is not None:
        rows = rows.filter(unit__in=units)
    if parts is not None:
        rows = rows.filter(part__in=parts)
    found: dict[Key, dict[int, Sequence[float | None]]] = {}
    for indicator, year, unit, part, values in rows.values_list("indicator_id", "year", "unit", "part", "values"):
        found.setdefault((indicator, year, unit), {})[part] = values
    return dict(found)


def save(realm: str, lanes: Iterable[tuple[Key, int, Lane]]) -> None:
    """Store lanes, new and changed ones in one statement for each five hundred; each gets its id."""
    waiting = sorted(lanes, key=lambda one: (one[0], one[1]))
    for start in range(0, len(waiting), _SAVED_AT_ONCE):
        _save(realm, waiting[start : start + _SAVED_AT_ONCE])


def append(model: type[Model], rows: Sequence[Model]) -> None:
    """Add new rows with COPY: a corrected workbook leaves as many revisions as it has rows."""
    if not rows:
        return
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as into,
    ):
        for row in rows:
            into.write_row([getattr(row, field.attname) for field in fields])


def _literal(values: Sequence[object]) -> str:
    """Return a list as PostgreSQL writes arrays: five times quicker than the driver's, and sheets are all arrays."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


_ROW = "(%s, %s, %s, %s, %s, %s::float8[], %s::timestamptz[], %s::bigint[], %s::smallint[])"


def _save(realm: str, lanes: Sequence[tuple[Key, int, Lane]]) -> None:
    params: list[Any] = []
    for (indicator, year, unit), part, lane in lanes:
        params += [realm, indicator, year, unit, part]
        params += [_literal(lane.values), _literal(lane.known), _literal(lane.batches), _literal(lane.parts)]
    statement = (
        "INSERT INTO indicators_sheet AS s (realm, indicator_id, year, unit, part, values, known, batches, parts) "  # noqa: S608 - placeholders
        f"VALUES {', '.join([_ROW] * len(lanes))} "
        "ON CONFLICT (realm, indicator_id, year, part, unit) DO UPDATE SET values = EXCLUDED.values, "
        "known = EXCLUDED.known, batches = EXCLUDED.batches, parts = EXCLUDED.parts "
        "RETURNING id, indicator_id, year, unit, part"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        ids = {(indicator, year, unit, part): pk for pk, indicator, year, unit, part in cursor.fetchall()}
    for key, part, lane in lanes:
        lane.pk = ids[(*key, part)]
        lane.remember()
