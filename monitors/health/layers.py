"""Hospitals and clinics on the map: their beds, and free places while they are known."""

from django.utils.translation import gettext_noop

from monitors.health.panels import FRESH_BEDS
from monitors.health.queries import CAPACITIES, FREE_QUERY
from services.contract import Layer

_TITLES = {"kind": gettext_noop("Kind"), "night": gettext_noop("Open all night")}
LAYERS: tuple[Layer, ...] = (
    Layer(
        slug="facilities",
        title=gettext_noop("Hospitals and clinics"),
        query=CAPACITIES,
        geometry="place",
        properties=("facility", "kind", "night", "beds", "as_of"),
        audience="public",
        icon="hospital",
        name="facility",
        figure="beds",
        at="as_of",
        fresh_for=FRESH_BEDS,
        titles=_TITLES,
    ),
    Layer(
        slug="free_slots",
        title=gettext_noop("Free places, as known now"),
        query=FREE_QUERY,
        geometry="place",
        properties=("facility", "kind", "night", "free_slots", "as_of"),
        audience="public",
        icon="stethoscope",
        name="facility",
        figure="free_slots",
        titles=_TITLES,
    ),
)
