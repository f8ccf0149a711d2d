"""Django's entry of this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    """Settings of ``services.handover``."""

    name = "services.handover"
    label = "handover"
    verbose_name = _("Hand-over of shifts")
