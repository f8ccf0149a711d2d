"""Django's entry of this monitor: it registers itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services import registry


class FieldReportsConfig(AppConfig):
    """Settings of ``monitors.field_reports``."""

    name = "monitors.field_reports"
    label = "field_reports"
    verbose_name = _("Field reports")

    def ready(self) -> None:
        """Register the monitor; its models exist only now."""
        from monitors.field_reports.monitor import MONITOR  # noqa: PLC0415

        registry.register(MONITOR)
