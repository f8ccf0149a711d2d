"""Django's entry of this app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Settings of ``services.tickets``."""

    name = "services.tickets"
    label = "tickets"
    verbose_name = "Tickets"

    def ready(self) -> None:
        """Have the relay's process watch over the engine, and messages lead to a ticket's page for phones."""
        from services.notify.sending.addresses import leads  # noqa: PLC0415 - models must be loaded
        from services.tickets.links import path_for  # noqa: PLC0415
        from services.tickets.watchman import watch  # noqa: PLC0415
        from services.wall.beside import beside  # noqa: PLC0415

        leads("ticket", path_for)
        beside("watchman", watch)
