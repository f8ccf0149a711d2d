"""Django's entry of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreensConfig(AppConfig):
    """Settings of ``services.screens``."""

    name = "services.screens"
    label = "screens"
    verbose_name = _("Screens")
