"""Django's entry of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WallConfig(AppConfig):
    """Settings of ``services.wall``."""

    name = "services.wall"
    label = "wall"
    verbose_name = _("Wall")

    def ready(self) -> None:
        """Have the boards' declarations checked at every start."""
        from services.wall import checks  # noqa: PLC0415 - it registers itself

        del checks
