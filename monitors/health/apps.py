"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class HealthConfig(AppConfig):
    """Settings of ``monitors.health``."""

    name = "monitors.health"
    label = "health"
    verbose_name = _("Health")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.health.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
