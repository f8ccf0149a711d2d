"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class CybersecurityConfig(AppConfig):
    """Settings of ``monitors.cybersecurity``."""

    name = "monitors.cybersecurity"
    label = "cybersecurity"
    verbose_name = _("Information security")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.cybersecurity.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
