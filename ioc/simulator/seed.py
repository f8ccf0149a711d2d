"""A plausible past, so that a fresh centre shows figures with a history at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from ioc.simulator.building import MONITORS, HealthFeeds, build_feeds
from ioc.simulator.cases import past_spans
from ioc.simulator.dossiers import Life
from ioc.simulator.progress import remember
from ioc.simulator.sensors import DECODE
from services.intake import receive
from services.kernel import clock
from services.kernel.models import DEMO

HOURS = timedelta(hours=48)
SENSOR_HOURS = timedelta(hours=24)
"""Sensors say so much that a day of them is enough."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CASE_DAYS = timedelta(days=56)
BED_DAYS = timedelta(days=7)
ENDED = timedelta(days=14)
"""Dossiers that ended longer ago tell the figures nothing new."""

Send = Callable[..., object]


def seed_history(send: Send = receive, *, realm: str = DEMO) -> int:
    """Send the last two days of the demo's world as a backfill; return how many items.

    Reports that an office took on come with what became of them; the others come as they would have come live, and so
    do dossiers that are still open and the signs of attacks: they are somebody's duty now.
    """
    now = clock.now(realm)
    feeds = build_feeds(now=now)
    reports = sorted(feeds.field_reports.between(now - HOURS, now))
    told = {sent.key: feeds.field_reports.history(sent, now) for sent in reports}
    past = [{**sent.item, "history": told[sent.key]} for sent in reports if told[sent.key]]
    fresh = [dict(sent.item) for sent in reports if not told[sent.key]]
    ended, still_open = _dossiers(feeds.public_services.lives(now - ENDED, now), now)
    lines = [dict(sent.item) for sent in sorted(feeds.cybersecurity.between(now - SENSOR_HOURS, now))]
    signs = [line for line in lines if line.get("alert", {}).get("category", DECODE) != DECODE]
    traffic = [line for line in lines if line.get("alert", {}).get("category", DECODE) == DECODE]
    measured = [dict(sent.item) for sent in sorted(feeds.environment.between(now - SENSOR_HOURS, now))]
    ill, ill_now = _cases(feeds.health, now)
    beds, beds_now = _beds(feeds.health, now)
    parts: Sequence[tuple[str, list[dict[str, Any]], bool]] = (
        ("field_reports/portal", past, True),
        ("field_reports/portal", fresh, False),
        ("public_services/dossiers", ended, True),
        ("public_services/dossiers", still_open, False),
        ("cybersecurity/suricata", traffic, True),
        ("cybersecurity/suricata", signs, False),
        ("environment/observations", measured, True),
        ("health/cases", ill, True),
        ("health/cases", ill_now, False),
        ("health/capacity", beds, True),
        ("health/capacity", beds_now, False),
    )
    for source, items, historical in parts:
        for batch in _batches(items):
            send(source=source, realm=realm, items=batch, historical=historical)
    remember(dict.fromkeys(MONITORS, now))
    return sum(len(items) for _source, items, _historical in parts)


def _cases(feeds: HealthFeeds, now: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the case reports of eight weeks and of the same months before, and those of the last day."""
    spans = [*reversed(past_spans(now)), (now - CASE_DAYS, now - DAY)]
    past = [dict(sent.item) for start, end in spans for sent in sorted(feeds.cases.between(start, end))]
    return past, [dict(sent.item) for sent in sorted(feeds.cases.between(now - DAY, now))]


def _beds(feeds: HealthFeeds, now: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a week's bed counts, four a day, and those of the last two hours."""
    sent = sorted(feeds.hospitals.between(now - BED_DAYS, now - 2 * HOUR))
    past = [dict(one.item) for one in sent if one.at.hour % 6 == 0]
    return past, [dict(one.item) for one in sorted(feeds.hospitals.between(now - 2 * HOUR, now))]


def _dossiers(lives: Iterable[Life], now: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the newest state of each dossier: those that ended, and those still open."""
    ended: list[dict[str, Any]] = []
    still_open: list[dict[str, Any]] = []
    for life in lives:
        states = [sent.item for sent in life.messages() if sent.at <= now]
        if states:
            (ended if states[-1]["status"] in {3, 9, 10} else still_open).append(dict(states[-1]))
    return ended, still_open


def _batches(items: list[dict[str, Any]], size: int = 2000) -> Iterator[list[dict[str, Any]]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
