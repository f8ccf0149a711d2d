"""Django's entry of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorktimeConfig(AppConfig):
    """Settings of ``services.worktime``."""

    name = "services.worktime"
    label = "worktime"
    verbose_name = _("Working time")
