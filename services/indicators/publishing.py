"""What monitors know becomes indicators, so that one monitor reads of another without importing it.

Each monitor's ``publish`` is called about once an hour in a transaction of its own: one that fails is logged, kept on
its ``PublishRun`` and tried again, and stops nobody else. A monitor hands its figures to ``publish``.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from services import registry
from services.contract import Moment
from services.directory.pack import pack
from services.indicators import periods
from services.indicators.actions import publish_many
from services.indicators.catalogue import catalogue
from services.indicators.models import Delivery, PublishRun, Sheet
from services.indicators.periods import Period
from services.indicators.territory import territory
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.clock import LOCAL

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
SOON = timedelta(minutes=1)
"""After so long a monitor that had nothing to say is asked again: a fresh centre is filled while it runs."""
RETRY = timedelta(minutes=5)
BACK = 12
"""Months before the present one that are counted again every time: what is corrected is rarely older."""
OVERLAP = timedelta(hours=1)
"""What was received this long before the last time may not have been there yet when it counted."""
PUBLISHED = "publish:"
"""How the deliveries begin that monitors made by publishing."""

Value = tuple[str, Period, str, float]
"""Indicator's code, period, unit's code or department's slug, value."""
Place = tuple[str, Period, str]
"""The same without the value."""
Statement = tuple[str, Sequence[str]]
"""SQL that counts, and the codes its numbers are published as."""
Counts = dict[tuple[Period, str], int]
"""How many by month and unit's code or department's slug."""


def run_due() -> int:
    """Let every monitor publish whose time has come; return how many did."""
    ensure_runs()
    done = 0
    while _run_next():
        done += 1
    return done


def publish_all(realm: str) -> dict[str, PublishRun]:
    """Let every monitor publish now, due or not; return slug → how it went."""
    ensure_runs()
    found = {}
    for slug in _publishers():
        with transaction.atomic():
            run = PublishRun.objects.select_for_update().get(realm=realm, monitor=slug)
            _run(run)
            found[slug] = run
    return found


def ensure_runs() -> None:
    """Have a row for every monitor that publishes, in every realm."""
    wanted = {(realm, slug): now for realm, now in clock.realms().items() for slug in _publishers()}
    known = set(PublishRun.objects.values_list("realm", "monitor"))
    missing = [PublishRun(realm=r, monitor=m, due_at=now) for (r, m), now in wanted.items() if (r, m) not in known]
    PublishRun.objects.bulk_create(missing, ignore_conflicts=True)
    for realm, slug in known - set(wanted):
        PublishRun.objects.filter(realm=realm, monitor=slug).delete()


def published_at(realm: str, monitors: Sequence[str]) -> datetime | None:
    """Return since when what these monitors published is true: when the one that is furthest behind last did."""
    runs = PublishRun.objects.filter(realm=realm, monitor__in=monitors, ran_at__isnull=False)
    oldest: datetime | None = runs.aggregate(oldest=Min("ran_at"))["oldest"]
    return oldest


def months_to_publish(
    realm: str, monitor: str, now: datetime, oldest: Callable[[datetime | None], datetime | None]
) -> list[Period]:
    """Return the months a monitor counts again: a year back, and further where news since its last time reach.

    ``oldest(since)`` returns the oldest instant that records received since then speak of (since None: all of them).
    """
    run = PublishRun.objects.filter(realm=realm, monitor=monitor, ran_at__isnull=False).first()
    reach = oldest(run.ran_at - OVERLAP if run and run.ran_at else None)
    last = periods.containing(now.astimezone(LOCAL).date(), "month")
    first = last.before(BACK)
    if reach is not None:
        first = min(first, periods.containing(reach.astimezone(LOCAL).date(), "month"))
    return list(periods.span(first, last))


def count_by_place(statements: Sequence[Statement], moment: Moment, months: Sequence[Period]) -> dict[str, Counts]:
    """Return code → how many by month and place, one statement of SQL for each kind of count.

    A statement may name ``%(realm)s``, ``%(now)s``, ``%(zone)s`` (for local months), ``%(since)s`` (the first month's
    beginning) and the arrays ``%(starts)s`` (first days) and ``%(ends)s`` (instants, the present month's is now). Its
    rows are: month's first day, unit, department, ``GROUPING(unit, department)``, and a number for each code, of
    ``GROUP BY GROUPING SETS ((1, unit), (1, department), (1))``.
    """
    params = _bounds(moment, months)
    found: dict[str, Counts] = {}
    for statement, codes in statements:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            rows = cursor.fetchall()
        for n, code in enumerate(codes, 4):
            found[code] = monthly((*row[:4], row[n]) for row in rows)
    return found


def _bounds(moment: Moment, months: Sequence[Period]) -> dict[str, Any]:
    ends = [datetime.combine(month.end + timedelta(days=1), time(), LOCAL) for month in months]
    return {
        "realm": moment.realm,
        "zone": LOCAL.key,
        "now": moment.as_of,
        "since": datetime.combine(months[0].start, time(), LOCAL),
        "starts": [month.start for month in months],
        "ends": [min(end, moment.as_of) for end in ends],
    }


def monthly(rows: Iterable[Sequence[Any]]) -> Counts:
    """Return counts by month and place from rows of SQL: first day, unit, department, grouping, number.

    Grouping 1 is a unit's row, 2 a department's, 3 the province's. What belongs to no unit, or to no department, counts
    for the province.
    """
    counts: Counts = {}
    for first, unit, department, grouping, number in rows:
        place = {1: unit, 2: department, 3: pack().code}[grouping]
        if place:
            counts[periods.containing(first, "month"), place] = number
    return counts


def filled(counts: Mapping[str, Counts], months: Sequence[Period]) -> Iterator[Value]:
    """Yield a value for every code, place and month from the place's first month on: nothing counted since is 0.

    ``counts`` is by code. A place before its first month is unknown, not 0.
    """
    first: dict[str, Period] = {}
    for found in counts.values():
        for month, place in found:
            first[place] = min(month, first.get(place, month))
    for code, found in counts.items():
        for place, since in first.items():
            for month in months:
                if month >= since:
                    yield code, month, place, found.get((month, place), 0)


def publish(values: Iterable[Value], *, realm: str, monitor: str, now: datetime, whole: Sequence[Period] = ()) -> int:
    """Publish figures in the caller's transaction; return how many places they hold.

    Of the periods ``whole`` the values count everything there is: any other place published before has 0 now.
    What a workbook or a person gave for a place stands, and so does the province's sum of it: a computed figure fills
    only what nobody delivered. A unit that was no more at the period's end is left out. UnknownCodeError for a code
    that is none.
    """
    land = territory()
    rows = [row for row in values if land.valid(row[2], row[1])]
    given = _given({row[0] for row in rows}, {row[1] for row in rows}, realm)
    delivered = {place for place, is_ours in given.items() if not is_ours}
    delivered |= {(code, period, land.province) for code, period, _unit in delivered}
    own = [row for row in rows if row[:3] not in delivered]
    said = {row[:3] for row in rows}
    own += [(*place, 0.0) for place, is_ours in given.items() if is_ours and place[1] in whole and place not in said]
    if own:
        publish_many(own, realm=realm, monitor=monitor, now=now)
    return len(own)


def _given(codes: Collection[str], of: Collection[Period], realm: str) -> dict[Place, bool]:
    """Return the places of these indicators and periods with a given value: whether it was published. 2 statements."""
    known = catalogue()
    by_id = {known[code].pk: code for code in codes}
    sheets = Sheet.objects.filter(
        realm=realm,
        indicator_id__in=by_id,
        year__in={period.year for period in of},
        part__in={period.part for period in of},
    )
    found: dict[Place, int] = {}
    for pk, year, part, unit, batches in sheets.values_list("indicator_id", "year", "part", "unit", "batches"):
        for period in of:
            batch = batches[period.slot] if (period.year, period.part) == (year, part) else None
            if batch is not None:
                found[by_id[pk], period, unit] = batch
    deliveries = Delivery.objects.filter(pk__in=set(found.values()), source__startswith=PUBLISHED)
    ours = set(deliveries.values_list("pk", flat=True))
    return {place: batch in ours for place, batch in found.items()}


def _publishers() -> list[str]:
    return [monitor.slug for monitor in registry.monitors() if monitor.publish is not None]


@transaction.atomic
def _run_next() -> bool:
    runs = claim_due(PublishRun.objects.all(), limit=1)
    for run in runs:
        _run(run)
    return bool(runs)


def _run(run: PublishRun) -> None:
    """Let one monitor publish; the caller holds its row."""
    now = clock.now(run.realm)
    try:
        hook = registry.monitor(run.monitor).publish
        with transaction.atomic():
            count = hook(Moment(run.realm, now)) if hook else 0
    except Exception as error:
        log.exception("%s could not publish its figures", run.monitor)
        run.error, run.due_at = f"{type(error).__name__}: {error}"[:1000], now + RETRY
    else:
        run.error, run.ran_at, run.count = "", now, count
        run.due_at = now + (EVERY if count else SOON)
    run.save()
