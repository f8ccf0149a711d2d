"""A plausible past, so that a fresh centre shows figures with a history at once."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ioc.simulator.building import build_feeds
from ioc.simulator.progress import remember
from services.intake import receive
from services.kernel import clock
from services.kernel.models import DEMO

Send = Callable[..., object]


def seed_history(send: Send = receive, *, realm: str = DEMO) -> int:
    """Send the last two days of the demo's world as a backfill; return how many items.

    Reports that an office took on come with what became of them; the others come as they would have come live, and so
    do dossiers that are still open and the signs of attacks: they are somebody's duty now.
    """
    now = clock.now(realm)
    feeds = build_feeds(now=now)
    count = 0
    for feed in feeds.by_monitor.values():
        for source, items, historical in feed.past(now):
            for batch in _batches(items):
                send(source=source, realm=realm, items=batch, historical=historical)
                count += len(batch)
    remember(dict.fromkeys(feeds.monitors, now))
    return count


def _batches(items: list[dict[str, Any]], size: int = 2000) -> Iterator[list[dict[str, Any]]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
