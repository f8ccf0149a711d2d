"""Django's entry of this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Settings of ``services.audit``."""

    name = "services.audit"
    label = "audit"
    verbose_name = "Audit"
