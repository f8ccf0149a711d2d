"""What monitors know becomes indicators, so that one monitor reads of another without importing it.

Each monitor's ``publish`` is called about once an hour in a transaction of its own: one that fails is logged, kept on
its ``PublishRun`` and tried again, and stops nobody else. A monitor hands its figures to ``publish``.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from services import registry
from services.contract import Moment
from services.indicators.actions import publish_many
from services.indicators.catalogue import catalogue
from services.indicators.models import Delivery, PublishRun, Sheet
from services.indicators.periods import Period
from services.indicators.territory import territory
from services.kernel import clock
from services.kernel.claim import claim_due

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
SOON = timedelta(minutes=1)
"""After so long a monitor that had nothing to say is asked again: a fresh centre is filled while it runs."""
RETRY = timedelta(minutes=5)
PUBLISHED = "publish:"
"""How the deliveries begin that monitors made by publishing."""

Value = tuple[str, Period, str, float]
"""Indicator's code, period, unit's code or department's slug, value."""


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


def publish(values: Iterable[Value], *, realm: str, monitor: str, now: datetime) -> int:
    """Publish figures in the caller's transaction; return how many places they hold.

    What a workbook or a person gave for a place stands, and so does the province's sum of it: a computed figure fills
    only what nobody delivered. A unit that was no more at the period's end is left out. UnknownCodeError for a code
    that is none.
    """
    land = territory()
    rows = [row for row in values if land.valid(row[2], row[1])]
    delivered = _delivered(rows, realm)
    delivered |= {(code, period, land.province) for code, period, _unit in delivered}
    own = [row for row in rows if row[:3] not in delivered]
    if own:
        publish_many(own, realm=realm, monitor=monitor, now=now)
    return len(own)


def _delivered(rows: Sequence[Value], realm: str) -> set[tuple[str, Period, str]]:
    """Return the places among these whose present value somebody else gave: 2 statements."""
    known = catalogue()
    ids = {known[code].pk for code in {code for code, *_rest in rows}}
    years, parts = {row[1].year for row in rows}, {row[1].part for row in rows}
    sheets = Sheet.objects.filter(realm=realm, indicator_id__in=ids, year__in=years, part__in=parts)
    found = sheets.values_list("indicator_id", "year", "part", "unit", "batches")
    batches = {(pk, year, part, unit): of_slots for pk, year, part, unit, of_slots in found}
    given = {}
    for code, period, unit, _value in rows:
        of_slots = batches.get((known[code].pk, period.year, period.part, unit))
        if of_slots and of_slots[period.slot] is not None:
            given[code, period, unit] = of_slots[period.slot]
    deliveries = Delivery.objects.filter(pk__in=set(given.values())).exclude(source__startswith=PUBLISHED)
    others = set(deliveries.values_list("pk", flat=True))
    return {place for place, batch in given.items() if batch in others}


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
