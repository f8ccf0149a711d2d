"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class GovernmentConfig(AppConfig):
    """Settings of ``monitors.government``."""

    name = "monitors.government"
    label = "government"
    verbose_name = _("Government performance")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.government.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
