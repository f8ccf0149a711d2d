"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.health.diseases import OWNER
from monitors.health.feeds import CapacityPayload, CasePayload, adapt, store_capacity, store_cases
from monitors.health.layers import LAYERS
from monitors.health.pages import PAGES
from monitors.health.panels import PANELS
from monitors.health.queries import RECORDS
from monitors.health.rules import CATEGORIES, RULES
from monitors.health.selectors import facts
from services.contract import Monitor, Source

MONITOR = Monitor(
    slug="health",
    title=gettext_noop("Health"),
    department=OWNER,
    position=4,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="cases",
            title=gettext_noop("Case reports of communes and hospitals"),
            kind="state",
            payload=CasePayload,
            store=store_cases,
            adapt=adapt,
            silent_after=timedelta(hours=48),
        ),
        Source(
            slug="capacity",
            title=gettext_noop("Beds and free places"),
            kind="state",
            payload=CapacityPayload,
            store=store_capacity,
            silent_after=timedelta(hours=6),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    pages=PAGES,
    records=RECORDS,
    facts=facts,
    board=Path(__file__).with_name("board.toml"),
)
