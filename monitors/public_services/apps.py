"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class PublicServicesConfig(AppConfig):
    """Settings of ``monitors.public_services``."""

    name = "monitors.public_services"
    label = "public_services"
    verbose_name = _("Public services")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.public_services.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
