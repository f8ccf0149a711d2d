"""Public-investment projects on the map, by how their payments keep to the expected line."""

from django.utils.translation import gettext_noop

from monitors.socioeconomy.models import Pace
from monitors.socioeconomy.queries import PLACES
from services.contract import Layer, Look

LAYERS: tuple[Layer, ...] = (
    Layer(
        slug="projects",
        title=gettext_noop("Public-investment projects"),
        query=PLACES,
        geometry="place",
        properties=("code", "name", "investor", "plan", "disbursed", "share", "expected", "progress", "month"),
        audience="staff",
        icon="construction",
        name="name",
        state="progress",
        looks=(
            Look(gettext_noop("Far behind"), icon="chevrons-down", value=Pace.FAR_BEHIND),
            Look(gettext_noop("Behind"), icon="chevron-down", value=Pace.BEHIND),
            Look(gettext_noop("On its way"), icon="construction", value=Pace.ON_TRACK),
            Look(gettext_noop("Capital paid out"), icon="check", value=Pace.DONE),
            Look(gettext_noop("Not judged"), icon="circle-dashed", value=Pace.UNJUDGED),
        ),
    ),
)
