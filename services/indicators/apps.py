"""Django's entry of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Settings of ``services.indicators``."""

    name = "services.indicators"
    label = "indicators"
    verbose_name = _("Indicators")
