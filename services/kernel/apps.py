"""Django's entry of this app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Settings of ``services.kernel``."""

    name = "services.kernel"
    label = "kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        """Teach the ids of every model to be asked for by the thousand, and connections to read instants quickly."""
        from services.kernel import instants, lookups  # noqa: PLC0415 - like every app's, once Django knows its models

        instants.register()
        lookups.register()
