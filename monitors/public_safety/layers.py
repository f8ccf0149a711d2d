"""Cameras, accidents and fires on the map; of crimes it tells nothing."""

from django.utils.translation import gettext_noop

from monitors.public_safety import queries
from monitors.public_safety.models import Health, IncidentKind
from monitors.public_safety.showing import views
from services.contract import Layer, Look

LAYERS: tuple[Layer, ...] = (
    Layer(
        slug="cameras",
        title=gettext_noop("Cameras"),
        query=queries.CAMERAS,
        geometry="place",
        properties=("camera", "state", "reason", "checked_at"),
        audience="staff",
        icon="cctv",
        name="camera",
        state="state",
        looks=(
            Look(gettext_noop("No picture"), icon="video-off", value=Health.NO_PICTURE, severity="low"),
            Look(gettext_noop("Picture frozen"), icon="snowflake", value=Health.FROZEN, severity="low"),
            Look(gettext_noop("Picture dark"), icon="moon", value=Health.DARK, severity="low"),
            Look(gettext_noop("Not watched"), icon="camera-off", value=Health.NOT_WATCHED),
            Look(gettext_noop("Working"), icon="cctv", value=Health.OK),
        ),
        address="/api/public-safety/cameras/{camera}/",
        views=views,
    ),
    Layer(
        slug="incidents",
        title=gettext_noop("Accidents and fires, 30 days"),
        query=queries.PLACES_QUERY,
        geometry="place",
        properties=("kind", "category", "deaths", "injuries", "occurred_at"),
        audience="staff",
        icon="siren",
        name="kind",
        state="kind",
        looks=(
            Look(gettext_noop("Fire"), icon="flame", value=IncidentKind.FIRE),
            Look(gettext_noop("Traffic accident"), icon="car", value=IncidentKind.ACCIDENT),
        ),
    ),
)
