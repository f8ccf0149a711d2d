"""Django's entry of this app."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Settings of ``services.incidents``."""

    name = "services.incidents"
    label = "incidents"
    verbose_name = "Incidents"
