"""Questions to indicators: series, pivots, comparisons and what was known when. One statement or two each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest

from services.indicators import periods, sheets
from services.indicators.catalogue import catalogue
from services.indicators.joining import Joined, Predecessor, joined_value
from services.indicators.models import Definition, Delivery, OverArea, Revision, Sheet, Target
from services.indicators.past import values_known
from services.indicators.periods import Grain, Period
from services.indicators.rollup import Values, at
from services.indicators.territory import Territory, predecessors, territory
from services.kernel.models import LIVE

PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a period. ``shares`` are the predecessors' weights it was joined by; ``complete``: all had one."""

    period: Period
    value: float | None
    shares: Mapping[str, float] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Pivot:
    """Units down, periods across: ``rows[i][j]`` is the value of ``units[i]`` in ``periods[j]``."""

    definition: Definition
    units: Sequence[str]
    periods: Sequence[Period]
    rows: Sequence[Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class Known:
    """A given value during the time it was taken as true; ``until`` None: it still is."""

    value: float | None
    since: datetime
    until: datetime | None
    source: str
    reason: str
    after_close: bool


def series(
    code: str, unit: str, *, realm: str, first: Period, last: Period, joined: bool = True,
    known_at: datetime | None = None,
) -> list[Point]:  # fmt: skip
    """Return an indicator's values of one unit from one period to another of the same grain, gaps as None.

    ``joined`` lays what came before the unit was made over its predecessors; ``known_at`` sets everything back to an
    instant. UnknownCodeError for a code that is none.
    """
    table = pivot_points(code, [unit], realm=realm, first=first, last=last, joined=joined, known_at=known_at)
    return table[unit]


def pivot(
    code: str, units: Sequence[str], *, realm: str, first: Period, last: Period, joined: bool = True,
    known_at: datetime | None = None,
) -> Pivot:  # fmt: skip
    """Return an indicator's values, units × periods of one grain; see ``series``."""
    table = pivot_points(code, units, realm=realm, first=first, last=last, joined=joined, known_at=known_at)
    columns = list(periods.span(first, last))
    rows = [[point.value for point in table[unit]] for unit in units]
    return Pivot(catalogue()[code], list(units), columns, rows)


def pivot_points(
    code: str, units: Sequence[str], *, realm: str, first: Period, last: Period, joined: bool = True,
    known_at: datetime | None = None,
) -> dict[str, list[Point]]:  # fmt: skip
    """Return unit → points; see ``series``."""
    found = pivots([code], units, realm=realm, first=first, last=last, joined=joined, known_at=known_at)
    return found[code]


def pivots(
    codes: Sequence[str], units: Sequence[str], *, realm: str, first: Period, last: Period, joined: bool = True,
    known_at: datetime | None = None,
) -> dict[str, dict[str, list[Point]]]:  # fmt: skip
    """Return code → unit → points; see ``series``. As many statements for many indicators as for one."""
    known, wanted = catalogue(), list(periods.span(first, last))
    if not wanted:
        return {code: {unit: [] for unit in units} for code in codes}
    land = territory() if joined else None
    before = _before(land, units, first) if land else {}
    places = {*units, *(one.code for _since, ones in before.values() for one in ones)}
    weights = {code: known[code].weight_area for code in codes if known[code].over_area == OverArea.WEIGHTED and before}
    years = range(first.year, last.year + 1)
    values = values_of([*codes, *weights.values()], places, years, realm=realm, known_at=known_at)
    found: dict[str, dict[str, list[Point]]] = {}
    for code in codes:
        read = _reader(known[code], values)
        weight = _reader(known[weights[code]], values) if code in weights else _nothing
        found[code] = {
            unit: _points(known[code], unit, wanted, before.get(unit), read, weight) for unit in units
        }  # fmt: skip
    return found


def values_of(
    codes: Sequence[str], units: set[str], years: Sequence[int], *, realm: str, known_at: datetime | None = None
) -> dict[sheets.Key, Values]:
    """Return (indicator's id, year, unit) → part → values, as they are now or as they were known at an instant."""
    if known_at is None:
        known = catalogue()
        return sheets.load_values(realm, [known[code].pk for code in codes], years, units)
    return {key: one for code in codes for key, one in values_known(realm, code, years, known_at).items()}


def _points(
    definition: Definition, unit: str, wanted: Sequence[Period], before: tuple[date, Sequence[Predecessor]] | None,
    read: "Reader", weight: "Reader",
) -> list[Point]:  # fmt: skip
    if before is None:
        return [Point(period, read(unit, period)) for period in wanted]
    since, ones = before
    return [_point(one, joined_value(definition, one, unit, since, ones, read, weight)) for one in wanted]


def _point(period: Period, found: Joined) -> Point:
    return Point(period, found.value, found.shares, found.complete)


def _before(land: Territory, units: Sequence[str], first: Period) -> dict[str, tuple[date, Sequence[Predecessor]]]:
    """Return for units younger than the span: since when they are there, and what they were made from.

    A code means the unit that has it today, or had it last.
    """
    versions = {unit: land.versions[unit][-1] for unit in units if unit in land.versions}
    young = {
        unit: version
        for unit, version in versions.items()
        if unit != land.province and version.valid_from > first.start
    }
    if not young:
        return {}
    links = predecessors([version.pk for version in young.values()])
    return {
        unit: (version.valid_from, [Predecessor(*link) for link in links[version.pk]])
        for unit, version in young.items()
    }


Reader = Callable[[str, Period], float | None]


def _nothing(unit: str, period: Period) -> float | None:
    del unit, period
    return None


def _reader(definition: Definition, values: Mapping[sheets.Key, Values]) -> Reader:
    pk = definition.pk

    def read(unit: str, period: Period) -> float | None:
        parts = values.get((pk, period.year, unit))
        return at(parts, period.part, period.slot) if parts else None

    return read


def values_at(
    codes: Sequence[str], units: Sequence[str], period: Period, *, realm: str
) -> dict[tuple[str, str], float | None]:
    """Return (code, unit) → value of one period for many indicators and units, in one statement; gaps are missing.

    This is how one monitor reads what others published.
    """
    known = catalogue()
    by_id = {known[code].pk: code for code in codes}
    found = sheets.load_values(realm, list(by_id), [period.year], units, [period.part])
    return {
        (by_id[pk], unit): parts[period.part][period.slot]
        for (pk, _year, unit), parts in found.items()
        if parts[period.part][period.slot] is not None
    }


published = values_at


def latest(
    code: str, unit: str, *, realm: str, upto: Period, grain: Grain | None = None, back: int = 2
) -> tuple[Period, float] | None:
    """Return the newest period of a grain (default: the indicator's own) up to a period that has a value."""
    definition = catalogue()[code]
    wanted = grain or definition.frequency
    end = upto.at(wanted)  # type: ignore[arg-type]
    start = periods.containing(end.start.replace(year=end.year - back, day=1), wanted)  # type: ignore[arg-type]
    points = series(code, unit, realm=realm, first=start, last=end, joined=False)
    return next(((p.period, p.value) for p in reversed(points) if p.value is not None), None)


def target(code: str, unit: str, period: Period, *, realm: str, kind: str = PLAN) -> float | None:
    """Return what was planned for a unit and period: the realm's own plan, else the one of realm live."""
    rows = Target.objects.filter(
        realm__in={realm, LIVE}, indicator_id=catalogue()[code].pk, unit=unit, period=period.text, kind=kind
    )
    found = dict(rows.values_list("realm", "value"))
    return found.get(realm, found.get(LIVE))


def history(code: str, unit: str, period: Period, *, realm: str) -> list[Known]:
    """Return every given value of a place, the present one first: what was taken as true, since when and until when."""
    pk = catalogue()[code].pk
    past = list(Revision.objects.filter(realm=realm, indicator_id=pk, unit=unit, period=period.text).order_by("-pk"))
    sheet = Sheet.objects.filter(realm=realm, indicator_id=pk, unit=unit, year=period.year, part=period.part).first()
    since = sheet.known[period.slot] if sheet else None
    now = sheet.batches[period.slot] if sheet else None
    ids = {pk for pk in (now, *(one.old for one in past)) if pk is not None}
    sources: dict[int | None, str] = dict(Delivery.objects.filter(pk__in=ids).values_list("pk", "source"))
    found = []
    if sheet is not None and since is not None:
        changed = past[0] if past and past[0].known_to == since else None
        found.append(
            Known(
                sheet.values[period.slot], since, None, sources.get(now, ""),
                changed.reason if changed else "", changed.after_close if changed else False,
            )
        )  # fmt: skip
    for one, earlier in zip_longest(past, past[1:]):
        because = earlier if earlier is not None and earlier.known_to == one.known_from else None
        found.append(
            Known(
                one.value, one.known_from, one.known_to, sources.get(one.old, ""),
                because.reason if because else "", because.after_close if because else False,
            )
        )  # fmt: skip
    return found
