"""The API's description and the page to browse it."""

from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView


class SchemaView(SpectacularAPIView):
    """OpenAPI 3 of every operation."""

    access = "schema.read"


class DocsView(SpectacularRedocView):
    """The description to read; its script comes from the project's own files."""

    access = "schema.read"
    url_name = "schema"
