"""Django's entry of this app."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Settings of ``services.notify``."""

    name = "services.notify"
    label = "notify"
    verbose_name = "Notifications"
