"""Whether somebody outside the house follows a ticket: then results and comments can be meant for them."""

from services import registry
from services.contract import Monitor
from services.tickets.models import Ticket


def monitor_of(ticket: Ticket) -> Monitor | None:
    """Return the monitor a ticket came from; None when it is no longer installed: its tickets stay."""
    try:
        return registry.monitor(ticket.monitor)
    except registry.UnknownNameError:
        return None


def is_followed(ticket: Ticket) -> bool:
    """Tell whether the ticket's monitor passes on what becomes of it."""
    monitor = monitor_of(ticket)
    return monitor is not None and monitor.follow is not None
