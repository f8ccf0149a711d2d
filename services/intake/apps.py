"""Django's entry of this app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Settings of ``services.intake``."""

    name = "services.intake"
    label = "intake"
    verbose_name = "Intake"
