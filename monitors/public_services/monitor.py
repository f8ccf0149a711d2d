"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.public_services.feeds import DossierPayload, adapt, store
from monitors.public_services.panels import LAYERS, PANELS, RECORDS
from monitors.public_services.publishing import publish
from monitors.public_services.rules import CATEGORIES, RULES
from monitors.public_services.selectors import facts
from services.contract import Monitor, Source

MONITOR = Monitor(
    slug="public_services",
    title=gettext_noop("Public services"),
    department="van-phong-ubnd",
    position=2,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="dossiers",
            title=gettext_noop("Dossiers of the one-stop system"),
            kind="state",
            payload=DossierPayload,
            store=store,
            silent_after=timedelta(hours=12),
            adapt=adapt,
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    facts=facts,
    extensions=1,  # Decree 61/2018 article 19, kept in Decree 118/2025: once only
    publish=publish,
    board=Path(__file__).with_name("board.toml"),
)
