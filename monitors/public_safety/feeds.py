"""Who sends: cameras' AI, agencies, road counters and camera checks; what becomes of it stands in ``incoming/``."""

from datetime import timedelta

from django.utils.translation import gettext_noop

from monitors.public_safety.incoming.cameras import CheckPayload, store_checks
from monitors.public_safety.incoming.events import CameraEventPayload, store_events
from monitors.public_safety.incoming.frigate import adapt_event
from monitors.public_safety.incoming.incidents import IncidentPayload, store_incidents
from monitors.public_safety.incoming.roads import TrafficPayload, store_traffic
from services.contract import Source

SOURCES = (
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
)
