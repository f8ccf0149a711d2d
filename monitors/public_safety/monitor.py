"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.public_safety.cameras import OWNER
from monitors.public_safety.feeds import (
    CameraEventPayload,
    CheckPayload,
    IncidentPayload,
    TrafficPayload,
    adapt_event,
    store_checks,
    store_events,
    store_incidents,
    store_traffic,
)
from monitors.public_safety.layers import LAYERS
from monitors.public_safety.panels import PANELS, RECORDS
from monitors.public_safety.rules import CATEGORIES, RULES
from monitors.public_safety.selectors import event_facts
from services.contract import Monitor, Source

MONITOR = Monitor(
    slug="public_safety",
    title=gettext_noop("Public order and traffic safety"),
    department=OWNER,
    position=8,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="camera_events",
            title=gettext_noop("What cameras' AI sees"),
            kind="state",
            payload=CameraEventPayload,
            store=store_events,
            adapt=adapt_event,
            silent_after=timedelta(hours=24),
        ),
        Source(
            slug="incidents",
            title=gettext_noop("Accidents, crimes and fires"),
            kind="state",
            payload=IncidentPayload,
            store=store_incidents,
            silent_after=timedelta(hours=72),
        ),
        Source(
            slug="traffic_counts",
            title=gettext_noop("Traffic counters"),
            kind="event",
            payload=TrafficPayload,
            store=store_traffic,
            silent_after=timedelta(hours=1),
        ),
        Source(
            slug="camera_checks",
            title=gettext_noop("Checks of cameras"),
            kind="event",
            payload=CheckPayload,
            store=store_checks,
            silent_after=timedelta(hours=1),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    facts=event_facts,
    board=Path(__file__).with_name("board.toml"),
)
