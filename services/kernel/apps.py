"""Django's entry of this app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Settings of ``services.kernel``."""

    name = "services.kernel"
    label = "kernel"
    verbose_name = "Kernel"
