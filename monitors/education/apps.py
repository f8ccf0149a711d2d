"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class EducationConfig(AppConfig):
    """Settings of ``monitors.education``."""

    name = "monitors.education"
    label = "education"
    verbose_name = _("Education")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.education.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
