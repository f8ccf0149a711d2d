"""Django's entry of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutyConfig(AppConfig):
    """Settings of ``services.duty``."""

    name = "services.duty"
    label = "duty"
    verbose_name = _("Duty")
