"""Late tasks of communes on the map."""

from django.utils.translation import gettext_noop

from monitors.government.queries import PLACED_QUERY
from services.contract import Layer

LAYERS: tuple[Layer, ...] = (
    Layer(
        slug="late_tasks",
        title=gettext_noop("Late tasks of communes"),
        query=PLACED_QUERY,
        geometry="place",
        properties=("document", "due_on", "progress", "state", "unit"),
        icon="file-clock",
        name="document",
        titles={"unit": gettext_noop("Commune or ward")},
    ),
)
