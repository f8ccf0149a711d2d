"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.environment.feeds import ObservationPayload, adapt, store
from monitors.environment.layers import LAYERS
from monitors.environment.panels import PANELS, RECORDS
from monitors.environment.rules import CATEGORIES, RULES
from monitors.environment.selectors import facts
from monitors.environment.stations import OWNER
from services.contract import Monitor, Source

MONITOR = Monitor(
    slug="environment",
    title=gettext_noop("Natural resources and environment"),
    department=OWNER,
    position=9,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="observations",
            title=gettext_noop("Stations at rivers, rain gauges and air stations"),
            kind="event",
            payload=ObservationPayload,
            store=store,
            adapt=adapt,
            silent_after=timedelta(hours=2),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    facts=facts,
    board=Path(__file__).with_name("board.toml"),
)
