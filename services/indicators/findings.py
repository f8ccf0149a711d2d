"""Findings on indicators, for a monitor's ``rules.py`` to hand on: nothing here raises an alert by itself.

    def sweep(moment: Moment) -> Iterator[Result]:
        yield from findings.off_plan("socioeconomy.off_plan", CODES, moment)

Every function says of each condition it knows either that it holds or that it is over, and says so as of now: the
newest month is weeks old when it comes, and news all the same. A fingerprint begins with its rule's name.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_noop

from services.contract import Cleared, Finding, Message, Moment, Result, message
from services.directory.models import Unit
from services.directory.pack import pack
from services.indicators import duties, periods, selectors, sheets, watch
from services.indicators.catalogue import catalogue
from services.indicators.comparing import compare
from services.indicators.models import Definition, OverArea, Sheet
from services.indicators.periods import Period
from services.indicators.territory import territory
from services.indicators.watch import Verdict
from services.kernel.clock import LOCAL

_JUMP_WINDOW = 24
"""Periods behind a jump's usual changes."""
_UNLIKE_PEERS = gettext_noop("{indicator} of {place}: {value} {unit} in {period}, its peers have about {expected}")
_BESIDE_PEERS = gettext_noop(
    "{indicator} of {place}: {value} {unit} in {period}, about {expected} by its own past and what its peers did"
)


def off_plan(rule: str, codes: Sequence[str], moment: Moment, *, unit: str = "") -> Iterator[Result]:
    """Yield a finding for every indicator whose year so far lags behind its plan, a clearance for the others."""
    place = unit or pack().code
    for code in codes:
        definition, latest = catalogue()[code], _latest(code, place, moment)
        if latest is None:
            continue
        found = compare(code, place, latest, realm=moment.realm)
        if found.plan is None or found.to_date is None:
            continue
        verdict = watch.off_plan(found.to_date, found.plan, elapsed(latest), definition.direction)
        title = message(
            gettext_noop("{indicator}: {value} {unit} by {period}, {plan} planned for the year"),
            indicator=definition.label, value=_rounded(found.to_date, definition), unit=definition.measure_label,
            period=latest.label, plan=_rounded(found.plan, definition),
        )  # fmt: skip
        yield _told(rule, f"{code}:{place}:{latest.year}", verdict, title, definition, place, latest, moment)


def jumps(rule: str, codes: Sequence[str], moment: Moment, *, unit: str = "") -> Iterator[Result]:
    """Yield a finding for every indicator whose newest value leapt, a clearance where the newest one did not.

    What is counted from the year's start is looked at period by period, not as a running total.
    """
    place = unit or pack().code
    for code in codes:
        definition, latest = catalogue()[code], _latest(code, place, moment)
        if latest is None or definition.cumulative:
            continue
        points = selectors.series(code, place, realm=moment.realm, first=latest.before(_JUMP_WINDOW), last=latest)
        verdict = watch.jump([point.value for point in points])
        title = message(
            gettext_noop("{indicator}: {value} {unit} in {period}, about {expected} was to be expected"),
            indicator=definition.label, value=_rounded(points[-1].value or 0.0, definition),
            unit=definition.measure_label, period=latest.label,
            expected=_rounded(verdict.expected if verdict else 0.0, definition),
        )  # fmt: skip
        yield _told(rule, f"{code}:{place}", verdict, title, definition, place, latest, moment)


def outliers(rule: str, codes: Sequence[str], moment: Moment) -> Iterator[Result]:
    """Yield a finding for every commune that stands out in the newest month (or quarter, year); the rest is over.

    Rates and means are compared with each other. What adds up over communes depends on their size: there each commune
    is compared with its own past and with what its peers did meanwhile.
    """
    today = moment.as_of.astimezone(LOCAL).date()
    communes = territory().communes_on(today)
    names = {unit.code: unit.label for unit in Unit.objects.filter(code__in=communes, valid_to=None)}
    for code in codes:
        definition = catalogue()[code]
        latest = _latest(code, pack().code, moment)
        if latest is None:
            continue
        span = [latest.before(back) for back in range(watch.USUAL_WINDOW, 0, -1)]
        values, before = _of_communes(definition, communes, latest, span, moment)
        adds_up = definition.over_area == OverArea.SUM
        apart = watch.counts_apart(values, _usual(before)) if adds_up else watch.outliers(values)
        text = _BESIDE_PEERS if adds_up else _UNLIKE_PEERS
        for unit in sorted({*values, *before}):
            verdict = apart.get(unit)
            title = message(
                text, indicator=definition.label, place=names.get(unit, {"vi": unit, "en": unit}),
                value=_rounded(values.get(unit, 0.0), definition), unit=definition.measure_label, period=latest.label,
                expected=_rounded(verdict.expected if verdict else 0.0, definition),
            )  # fmt: skip
            yield _told(rule, f"{code}:{unit}", verdict, title, definition, unit, latest, moment)


def _of_communes(
    definition: Definition, communes: Sequence[str], latest: Period, span: Sequence[Period], moment: Moment
) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Return the communes' values of a period, and those known of the periods before: 1 statement."""
    wanted = [*span, latest]
    years, parts = {one.year for one in wanted}, {one.part for one in wanted}
    found = sheets.load_values(moment.realm, [definition.pk], years, communes, parts)
    values: dict[str, float] = {}
    before: dict[str, list[float]] = {}
    for (_pk, year, unit), lanes in found.items():
        for at in wanted:
            value = lanes[at.part][at.slot] if at.year == year and at.part in lanes else None
            if value is None:
                continue
            if at == latest:
                values[unit] = value
            else:
                before.setdefault(unit, []).append(value)
    return values, before


def _usual(before: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return each unit's mean where enough periods are known."""
    return {
        unit: math.fsum(values) / len(values) for unit, values in before.items() if len(values) >= watch.USUAL_AT_LEAST
    }


def late(rule: str, codes: Sequence[str], moment: Moment) -> Iterator[Result]:
    """Yield a finding for every duty whose day has passed without all of it, a clearance once everything has come.

    One finding a department and period; where communes owe, one a commune. Nobody is late in a realm to which none of
    these indicators was ever delivered: it is not connected yet.
    """
    if not Sheet.objects.filter(realm=moment.realm, indicator__code__in=codes).exists():
        return
    for owed in duties.overdue(moment.realm, moment.as_of, codes):
        duty = owed.duty
        if duty.by == "communes":
            yield from _late_communes(rule, owed, moment)
            continue
        mark = f"{rule}:{duty.slug}:{owed.period.text}"
        if not owed.missing:
            yield Cleared(rule, mark, moment.as_of)
            continue
        title = message(
            gettext_noop("{count} indicators of {period} have not been delivered, due on {day}"),
            count=len(owed.missing), period=owed.period.label, day=periods.day(owed.day).label,
        )  # fmt: skip
        yield Finding(
            rule=rule, severity="medium", fingerprint=mark, title=title, seen=moment.as_of, department=duty.department,
            category="late", count=len(owed.missing),
        )  # fmt: skip


def _late_communes(rule: str, owed: duties.Owed, moment: Moment) -> Iterator[Result]:
    lacking: dict[str, int] = {}
    for _code, unit in owed.missing:
        lacking[unit] = lacking.get(unit, 0) + 1
    for unit in territory().communes_on(owed.period.end):
        mark = f"{rule}:{owed.duty.slug}:{owed.period.text}:{unit}"
        if unit not in lacking:
            yield Cleared(rule, mark, moment.as_of)
            continue
        title = message(
            gettext_noop("{count} indicators of {period} have not been delivered, due on {day}"),
            count=lacking[unit], period=owed.period.label, day=periods.day(owed.day).label,
        )  # fmt: skip
        yield Finding(
            rule=rule, severity="low", fingerprint=mark, title=title, seen=moment.as_of, unit=unit,
            department=owed.duty.department, category="late", count=lacking[unit],
        )  # fmt: skip


def elapsed(period: Period) -> float:
    """Return which part of its year is over at a period's end."""
    start = date(period.year, 1, 1)
    return ((period.end - start).days + 1) / ((date(period.year, 12, 31) - start).days + 1)


def _latest(code: str, unit: str, moment: Moment) -> Period | None:
    today = periods.day(moment.as_of.astimezone(LOCAL).date())
    found = selectors.latest(code, unit, realm=moment.realm, upto=today, back=1)
    return found[0] if found else None


def _told(
    rule: str, mark: str, verdict: Verdict | None, title: Message, definition: Definition, unit: str, latest: Period,
    moment: Moment,
) -> Result:  # fmt: skip
    mark = f"{rule}:{mark}"
    if verdict is None:
        return Cleared(rule, mark, moment.as_of)
    where = None if unit == pack().code else unit
    ids = Sheet.objects.filter(
        realm=moment.realm, indicator_id=definition.pk, unit=unit, year=latest.year, part=latest.part
    ).values_list("pk", flat=True)
    return Finding(
        rule=rule, severity=verdict.severity, fingerprint=mark, title=title, seen=moment.as_of, unit=where,
        department=definition.owner or None, category=rule.rpartition(".")[2], evidence=tuple(ids),
    )  # fmt: skip


def _rounded(value: float, definition: Definition) -> float:
    return round(value, definition.decimals or None)
