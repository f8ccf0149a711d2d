"""Django's entry of this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Settings of ``services.reports``."""

    name = "services.reports"
    label = "reports"
    verbose_name = "Reports"
