"""The whole monitor on one screen."""

from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.public_safety.cameras import OWNER
from monitors.public_safety.feeds import SOURCES
from monitors.public_safety.layers import LAYERS
from monitors.public_safety.panels import PANELS, RECORDS
from monitors.public_safety.rules import CATEGORIES, RULES
from monitors.public_safety.selectors import event_facts
from services.contract import Monitor

MONITOR = Monitor(
    slug="public_safety",
    title=gettext_noop("Public order and traffic safety"),
    department=OWNER,
    position=8,
    categories=CATEGORIES,
    sources=SOURCES,
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    facts=event_facts,
    board=Path(__file__).with_name("board.toml"),
)
