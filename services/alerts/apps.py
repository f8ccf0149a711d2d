"""Django's entry of this app."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Settings of ``services.alerts``."""

    name = "services.alerts"
    label = "alerts"
    verbose_name = "Alerts"
