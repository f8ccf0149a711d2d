"""Django's entry of this app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Settings of ``services.tickets``."""

    name = "services.tickets"
    label = "tickets"
    verbose_name = "Tickets"
