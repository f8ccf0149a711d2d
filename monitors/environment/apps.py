"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class EnvironmentConfig(AppConfig):
    """Settings of ``monitors.environment``."""

    name = "monitors.environment"
    label = "environment"
    verbose_name = _("Natural resources and environment")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.environment.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
