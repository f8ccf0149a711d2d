"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class TourismConfig(AppConfig):
    """Settings of ``monitors.tourism``."""

    name = "monitors.tourism"
    label = "tourism"
    verbose_name = _("Tourism")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.tourism.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
