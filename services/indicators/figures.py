"""An indicator on a board: the contract's ``Figure`` with the ``Query`` it comes from."""

from datetime import datetime
from functools import cache

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from services.contract import Column, Figure, Message, Query, Scope, message
from services.directory.pack import pack
from services.indicators import periods, selectors, sheets
from services.indicators.catalogue import catalogue
from services.indicators.models import Definition, Sheet
from services.indicators.past import with_needs
from services.indicators.periods import Grain, Period
from services.indicators.territory import departments
from services.kernel.clock import LOCAL

TREND = 12
"""Periods behind a figure's little curve."""
_BACK = 2
"""Years before the present one in which the newest value is looked for."""


def _labels() -> dict[str, dict[str, str]]:
    return {code: one.label for code, one in catalogue().by_code.items()}


COLUMNS = (
    Column("indicator.code", gettext_noop("Indicator"), words=_labels),
    Column("unit", gettext_noop("Unit")),
    Column("year", gettext_noop("Year")),
    *(Column(f"m{month}", f"{month:02d}") for month in range(1, 13)),
    *(Column(f"q{quarter}", f"Q{quarter}") for quarter in range(1, 5)),
    Column("y", gettext_noop("Whole year")),
    Column("known_at", gettext_noop("Known since")),
)


@cache
def query_of(codes: tuple[str, ...]) -> Query:
    """Return the query of indicators' sheets: one row per indicator, unit and year, the newest year first.

    A figure's "Why?", list and export come from it, and so may a monitor's ``records``: evidence ids of findings made
    here, and the ids that ``rows.store`` hands to intake, are ids of sheets.
    """

    def rows(scope: Scope) -> QuerySet[Sheet]:
        found = Sheet.objects.filter(realm=scope.realm, indicator__code__in=codes).select_related("indicator")
        if scope.unit:
            found = found.filter(unit=scope.unit)
        return found.order_by("-year", "indicator", "unit", "part")

    return Query(f"indicators-{'-'.join(codes)}"[:80], gettext_noop("Values by unit and year"), rows, COLUMNS)


def unit_of(scope: Scope) -> str:
    """Return the unit whose figures a scope shows: its own, else the province (a department's too)."""
    return scope.unit or pack().code


def figure_of(
    code: str, scope: Scope, *, grain: Grain | None = None, kind: str = selectors.PLAN, rules: tuple[str, ...] = ()
) -> Figure:
    """Return the newest value of an indicator in a scope, with the year's plan and the periods before it: 2 statements.

    ``grain`` defaults to the indicator's own frequency; ``kind`` picks the plan. UnknownCodeError for an unknown code.
    """
    definition = catalogue()[code]
    wanted: Grain = grain or definition.frequency  # type: ignore[assignment]  # its choices are the grains
    unit, today = unit_of(scope), scope.now.astimezone(LOCAL).date()
    years = range(today.year - _BACK, today.year + 1)
    lanes = _lanes(definition, unit, scope.realm, years)
    end = periods.containing(today, wanted)
    start = periods.containing(today.replace(year=today.year - _BACK, month=1, day=1), wanted)
    points = [(period, _value(lanes, period)) for period in periods.span(start, end)]
    filled = [(period, value) for period, value in points if value is not None]
    query = query_of((code,))
    if not filled:
        return Figure(None, None, query, _measure(definition), definition.decimals, rules=rules)
    period, value = filled[-1]
    lane = lanes[period.year, period.part]
    plan = selectors.target(code, unit, periods.containing(period.end, "year"), realm=scope.realm, kind=kind)
    return Figure(
        value=value,
        as_of=lane.known[period.slot] or _newest(definition, scope.realm, period),
        query=query,
        unit=_measure(definition, period),
        decimals=definition.decimals,
        target=plan,
        target_text=message(gettext_noop("Plan of {year}: {value} {unit}"), year=str(period.year), value=plan,
                            unit=definition.measure_label) if plan is not None else None,
        trend=[value for _period, value in filled[-TREND:]],
        rules=rules,
    )  # fmt: skip


def map_of(code: str, scope: Scope, period: Period) -> dict[str, float]:
    """Return commune → value of one period, for a figure's ``values``: one statement."""
    definition = catalogue()[code]
    found = sheets.load_values(scope.realm, [definition.pk], [period.year], None, [period.part])
    values = {unit: parts[period.part][period.slot] for (_pk, _year, unit), parts in found.items()}
    others = {pack().code, *departments()}
    return {unit: value for unit, value in values.items() if value is not None and unit not in others}


def _lanes(definition: Definition, unit: str, realm: str, years: range) -> dict[tuple[int, int], Sheet]:
    rows = Sheet.objects.filter(realm=realm, indicator_id=definition.pk, unit=unit, year__in=years)
    return {(row.year, row.part): row for row in rows}


def _newest(definition: Definition, realm: str, period: Period) -> datetime | None:
    """Return when the newest of the values behind a derived one became known: one statement."""
    needed = with_needs(catalogue(), definition.code)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(at) FROM indicators_sheet, unnest(known) AS at "
            "WHERE realm = %s AND indicator_id = ANY(%s) AND year = %s",
            [realm, [catalogue()[code].pk for code in needed], period.year],
        )
        found: datetime | None = cursor.fetchone()[0]
    return found


def _value(lanes: dict[tuple[int, int], Sheet], period: Period) -> float | None:
    lane = lanes.get((period.year, period.part))
    value: float | None = lane.values[period.slot] if lane is not None else None
    return value


def _measure(definition: Definition, period: Period | None = None) -> Message:
    if period is None:
        return message("{unit}", unit=definition.measure_label)
    return message("{unit} · {period}", unit=definition.measure_label, period=period.label)
