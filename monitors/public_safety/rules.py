"""When cameras, their AI, accidents and roads need a person: the rules; what they find stands in ``findings/``."""

from datetime import timedelta

from django.utils.translation import gettext_noop

from monitors.public_safety import queries
from monitors.public_safety.findings.cameras import CAMERA_DOWN, cameras_checked, cameras_down
from monitors.public_safety.findings.events import CAMERA_EVENT, KIND_NAMES, camera_events
from monitors.public_safety.findings.incidents import BLACK_SPOT, SERIOUS, black_spots, black_spots_now, serious
from monitors.public_safety.findings.roads import CONGESTION, congested_roads
from monitors.public_safety.models import IncidentKind
from monitors.public_safety.selectors import check_facts, event_facts, incident_facts, traffic_facts
from services.contract import Rule

RULES = (
    Rule(
        id=CAMERA_DOWN,
        version=1,
        severity="low",
        title=gettext_noop("Cameras without a usable picture"),
        basis=gettext_noop("practice: two checks in a row without a picture, frozen or dark (configuration)"),
        sources=("camera_checks",),
        detect=cameras_checked,
        sweep=cameras_down,
        every=timedelta(minutes=10),
        records=queries.CHECKS,
        facts=check_facts,
    ),
    Rule(
        id=CAMERA_EVENT,
        version=1,
        severity="medium",
        title=gettext_noop("Seen by a camera's AI"),
        basis=gettext_noop("Decree 309/2026, article 12: AI advises, people decide; levels are configuration"),
        sources=("camera_events",),
        detect=camera_events,
        clears=False,
        records=queries.EVENTS,
        facts=event_facts,
    ),
    Rule(
        id=SERIOUS,
        version=1,
        severity="high",
        title=gettext_noop("Serious accident or fire"),
        basis=gettext_noop("practice: three dead or more (configuration)"),
        sources=("incidents",),
        detect=serious,
        clears=False,
        records=queries.INCIDENTS,
        facts=incident_facts,
    ),
    Rule(
        id=BLACK_SPOT,
        version=1,
        severity="medium",
        title=gettext_noop("Accident black spot"),
        basis=gettext_noop("practice: three accidents within 500 m in 30 days (configuration)"),
        sources=("incidents",),
        detect=black_spots,
        sweep=black_spots_now,
        every=timedelta(hours=1),
        records=queries.INCIDENTS,
        facts=incident_facts,
    ),
    Rule(
        id=CONGESTION,
        version=1,
        severity="low",
        title=gettext_noop("Road slower than usual"),
        basis=gettext_noop("practice: below half of its usual speed of this hour of the week, twice (configuration)"),
        sources=("traffic_counts",),
        detect=congested_roads,
        records=queries.TRAFFIC,
        facts=traffic_facts,
    ),
)

CATEGORIES = {
    **KIND_NAMES,
    IncidentKind.ACCIDENT: gettext_noop("traffic accident"),
    IncidentKind.CRIME: gettext_noop("crime"),
    IncidentKind.FIRE: gettext_noop("fire"),
    "camera": gettext_noop("Cameras without a picture"),
    "congestion": gettext_noop("congestion"),
    "black_spot": gettext_noop("Accident black spots"),
}
"""What the categories of findings are called: message ids by code."""
