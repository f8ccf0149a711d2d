"""Sites by their load and places of lodging on the map."""

from datetime import timedelta

from django.utils.translation import gettext_noop

from monitors.tourism import queries
from monitors.tourism.science.crowding import CROWDED, FULL
from services.contract import Layer, Look

PERCENT = 100
LAYERS: tuple[Layer, ...] = (
    Layer(
        slug="sites",
        title=gettext_noop("Sites by load"),
        query=queries.STATES,
        geometry="place",
        properties=("site", "load", "present", "capacity", "counted_at"),
        audience="public",
        icon="landmark",
        name="site",
        state="load",
        looks=(
            Look(gettext_noop("Full"), icon="users", least=PERCENT * FULL, severity="high"),
            Look(gettext_noop("Crowded"), icon="users", least=PERCENT * CROWDED, severity="medium"),
            Look(gettext_noop("Room for visitors"), icon="landmark", least=0),
        ),
        figure="load",
        at="counted_at",
        fresh_for=timedelta(minutes=30),
    ),
    Layer(
        slug="lodgings",
        title=gettext_noop("Places of lodging, last night"),
        query=queries.LAST_NIGHT,
        geometry="place",
        properties=("establishment", "kind", "day", "rooms", "occupied"),
        audience="staff",
        icon="bed-double",
        name="establishment",
        titles={"kind": gettext_noop("Kind")},
    ),
)
