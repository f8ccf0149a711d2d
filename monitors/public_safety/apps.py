"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class PublicSafetyConfig(AppConfig):
    """Settings of ``monitors.public_safety``."""

    name = "monitors.public_safety"
    label = "public_safety"
    verbose_name = _("Public order and traffic safety")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.public_safety.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
