"""A plausible past, so that a fresh centre shows figures with a history at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from ioc.simulator.building import MONITORS, HealthFeeds, build_feeds
from ioc.simulator.cases import past_spans
from ioc.simulator.dossiers import Life
from ioc.simulator.feed import Sent
from ioc.simulator.progress import remember
from ioc.simulator.safety import SafetyFeed
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

RECENT = timedelta(hours=48)
"""Accidents of the last days are somebody's duty now."""
TRAFFIC_DAYS = timedelta(days=29)
"""Four weeks make a usual hour of the week."""
CHECKED = timedelta(hours=1)
SEEN = timedelta(hours=6)

Send = Callable[..., object]
Part = tuple[str, list[dict[str, Any]], bool]
"""A source, its items, and whether they are a backfill."""


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
    parts: Sequence[Part] = (
        ("field_reports/portal", past, True),
        ("field_reports/portal", fresh, False),
        ("public_services/dossiers", ended, True),
        ("public_services/dossiers", still_open, False),
        ("cybersecurity/suricata", traffic, True),
        ("cybersecurity/suricata", signs, False),
        ("environment/observations", measured, True),
        *_health(feeds.health, now),
        *_safety(feeds.public_safety, now),
    )
    for source, items, historical in parts:
        for batch in _batches(items):
            send(source=source, realm=realm, items=batch, historical=historical)
    remember(dict.fromkeys(MONITORS, now))
    return sum(len(items) for _source, items, _historical in parts)


def _health(feeds: HealthFeeds, now: datetime) -> list[Part]:
    """Return case reports of eight weeks and of the same months before, a week's bed counts, and the latest of both."""
    spans = [*reversed(past_spans(now)), (now - CASE_DAYS, now - DAY)]
    past = [dict(sent.item) for start, end in spans for sent in sorted(feeds.cases.between(start, end))]
    counted = [one for one in sorted(feeds.hospitals.between(now - BED_DAYS, now - 2 * HOUR)) if one.at.hour % 6 == 0]
    return [
        ("health/cases", past, True),
        ("health/cases", _items(feeds.cases.between(now - DAY, now)), False),
        ("health/capacity", [dict(one.item) for one in counted], True),
        ("health/capacity", _items(feeds.hospitals.between(now - 2 * HOUR, now)), False),
    ]


def _safety(feed: SafetyFeed, now: datetime) -> list[Part]:
    """Return incidents since last year, traffic by the hour and of late by the window, and what cameras said."""
    traffic = _items(feed.traffic(now - TRAFFIC_DAYS, now - SENSOR_HOURS, timedelta(hours=1)))
    return [
        ("public_safety/incidents", _items(feed.incidents(_last_year(now), now - RECENT)), True),
        ("public_safety/incidents", _items(feed.incidents(now - RECENT, now)), False),
        ("public_safety/traffic_counts", traffic + _items(feed.traffic(now - SENSOR_HOURS, now)), True),
        ("public_safety/camera_checks", _items(feed.checks(now - CHECKED, now)), False),
        ("public_safety/camera_events", _items(feed.events(now - SENSOR_HOURS, now - SEEN)), True),
        ("public_safety/camera_events", _items(feed.events(now - SEEN, now)), False),
    ]


def _items(sent: Iterable[Sent]) -> list[dict[str, Any]]:
    return [dict(one.item) for one in sorted(sent)]


def _last_year(now: datetime) -> datetime:
    """Return the beginning of last year: a year's figures are compared with it."""
    local = now.astimezone(clock.LOCAL)
    return local.replace(year=local.year - 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


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
