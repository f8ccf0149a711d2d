"""Stations on the map, with their latest values."""

from django.utils.translation import gettext_noop

from monitors.environment.models import Quality
from monitors.environment.panels import FRESH, LATEST_QUERY
from services.contract import Layer, Look

LAYERS: tuple[Layer, ...] = (
    Layer(
        slug="stations",
        title=gettext_noop("Stations"),
        query=LATEST_QUERY,
        geometry="place",
        properties=("station", "prop", "value", "measure", "quality", "occurred_at"),
        audience="public",
        icon="gauge",
        name="station",
        state="quality",
        looks=(
            Look(gettext_noop("Bad value"), icon="circle-slash", value=Quality.BAD, severity="low"),
            Look(gettext_noop("Doubtful value"), icon="circle-question-mark", value=Quality.SUSPECT),
            Look(gettext_noop("Station reports"), icon="gauge", value=Quality.GOOD),
        ),
        figure="value",
        at="occurred_at",
        fresh_for=FRESH,
    ),
)
