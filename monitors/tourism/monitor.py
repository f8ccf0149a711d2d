"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.tourism.feeds import (
    ComplaintPayload,
    CountPayload,
    FestivalPayload,
    LodgingPayload,
    adapt_lodging,
    store_complaints,
    store_counts,
    store_events,
    store_lodging,
)
from monitors.tourism.layers import LAYERS
from monitors.tourism.panels import PANELS, RECORDS
from monitors.tourism.publishing import publish
from monitors.tourism.rules import CATEGORIES, RULES
from monitors.tourism.selectors import lodging_facts
from monitors.tourism.sites import OWNER
from services.contract import Monitor, Source
from services.indicators import rows
from services.indicators.workbooks.signs import last_workbook

MONITOR = Monitor(
    slug="tourism",
    title=gettext_noop("Tourism"),
    department=OWNER,
    position=6,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="lodging",
            title=gettext_noop("Declarations of lodgings"),
            kind="state",
            payload=LodgingPayload,
            store=store_lodging,
            adapt=adapt_lodging,
            silent_after=timedelta(hours=48),
        ),
        Source(
            slug="site_counts",
            title=gettext_noop("Counters of sites"),
            kind="event",
            payload=CountPayload,
            store=store_counts,
            silent_after=timedelta(hours=2),
        ),
        Source(
            slug="events",
            title=gettext_noop("Festivals and events"),
            kind="state",
            payload=FestivalPayload,
            store=store_events,
            silent_after=timedelta(days=31),
        ),
        Source(
            slug="complaints",
            title=gettext_noop("Complaints of visitors"),
            kind="state",
            payload=ComplaintPayload,
            store=store_complaints,
            silent_after=timedelta(days=31),
        ),
        Source(
            slug="workbook",
            title=gettext_noop("Tourism figures of the department"),
            kind="state",
            payload=rows.IndicatorRow,
            store=rows.store,
            adapt=rows.adapt,
            silent_after=timedelta(days=45),
            also_heard=last_workbook("tourism"),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    facts=lodging_facts,
    publish=publish,
    board=Path(__file__).with_name("board.toml"),
)
