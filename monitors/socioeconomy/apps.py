"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class SocioeconomyConfig(AppConfig):
    """Settings of ``monitors.socioeconomy``."""

    name = "monitors.socioeconomy"
    label = "socioeconomy"
    verbose_name = _("Socio-economic indicators")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.socioeconomy.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
