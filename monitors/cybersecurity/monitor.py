"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.cybersecurity.feeds import EvePayload, store
from monitors.cybersecurity.panels import LAYERS, PANELS, RECORDS
from monitors.cybersecurity.rules import CATEGORIES, RULES
from monitors.cybersecurity.selectors import facts
from monitors.cybersecurity.systems import OWNER
from services.contract import Monitor, Source

MONITOR = Monitor(
    slug="cybersecurity",
    title=gettext_noop("Information security"),
    department=OWNER,
    position=0,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="suricata",
            title=gettext_noop("Suricata sensors"),
            kind="event",
            payload=EvePayload,
            store=store,
            silent_after=timedelta(minutes=15),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    facts=facts,
    board=Path(__file__).with_name("board.toml"),
)
