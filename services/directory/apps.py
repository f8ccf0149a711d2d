"""Django's entry of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Settings of ``services.directory``."""

    name = "services.directory"
    label = "directory"
    verbose_name = _("Directory")
