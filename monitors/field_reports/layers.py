"""Field reports on the map, by status."""

from django.utils.translation import gettext_noop

from monitors.field_reports.models import Status
from monitors.field_reports.panels import PUBLIC_QUERY
from services.contract import Layer, Look

LAYERS: tuple[Layer, ...] = (
    Layer(
        slug="reports",
        title=gettext_noop("Field reports"),
        query=PUBLIC_QUERY,
        geometry="place",
        properties=("public_id", "category", "status", "occurred_at", "urgent"),
        audience="public",
        icon="megaphone",
        name="category",
        state="status",
        looks=(
            Look(gettext_noop("Received"), icon="circle-dashed", value=Status.RECEIVED),
            Look(gettext_noop("Sent to the office in charge"), icon="circle-arrow-right", value=Status.ROUTED),
            Look(gettext_noop("Being worked on"), icon="circle-dot", value=Status.IN_PROGRESS),
            Look(gettext_noop("Closed, not fixed"), icon="circle-x", value=Status.NOT_FIXED),
            Look(gettext_noop("Closed without work"), icon="circle-minus", value=Status.CLOSED),
            Look(gettext_noop("Fixed"), icon="circle-check", value=Status.DONE),
        ),
        titles={"urgent": gettext_noop("Urgent")},
        address="/api/field-reports/{public_id}/",
    ),
)
