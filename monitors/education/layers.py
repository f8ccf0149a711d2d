"""Schools on the map, by how they stand."""

from django.utils.translation import gettext_noop

from monitors.education import queries
from monitors.education.models import State
from services.contract import Layer, Look

LAYERS: tuple[Layer, ...] = (
    Layer(
        slug="schools",
        title=gettext_noop("Schools"),
        query=queries.SCHOOLS,
        geometry="place",
        properties=("code", "name", "level", "state", "heard_day", "absent", "classes", "pupils"),
        icon="school",
        name="name",
        state="state",
        looks=(
            Look(gettext_noop("Unusually many absent"), icon="user-round-x", value=State.ABSENT, severity="low"),
            Look(gettext_noop("Too many to a class"), icon="users", value=State.CROWDED),
            Look(gettext_noop("As usual"), icon="school", value=State.USUAL),
            Look(gettext_noop("Not known"), icon="circle-dashed", value=State.UNKNOWN),
        ),
        titles={"absent": gettext_noop("Absent share")},
    ),
)
