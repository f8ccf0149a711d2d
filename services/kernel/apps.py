"""Django's entry of this app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Settings of ``services.kernel``."""

    name = "services.kernel"
    label = "kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        """Teach the ids of every model to be asked for by the thousand."""
        from services.kernel import lookups  # noqa: PLC0415 - like every app's, once Django knows its models

        lookups.register()
