"""A call to whoever reported it, without anybody's number: the centre's exchange connects by the ticket's extension.

The handling officer dials the exchange and the extension; the exchange asks us which ticket that is and rings the
reporter itself. Neither side sees the other's number. Without a configured exchange there is no call.
"""

from typing import Final

from django.conf import settings

from services.tickets.flow.outside import is_followed
from services.tickets.models import Ticket

_PAUSE: Final = ",,"
"""Two pauses of a phone's dialler, about four seconds: the exchange answers before it is told the extension."""


def extension_of(code: str) -> str:
    """Return the extension of a ticket's code: its year and number, such as ``2611898`` for ``PX-26-11898``."""
    return "".join(letter for letter in code if letter.isdigit())


def code_of(extension: str) -> str | None:
    """Return the ticket's code of an extension as it was dialled; None for one that no ticket has."""
    plain = extension.strip()
    if not (plain.isascii() and plain.isdecimal() and 7 <= len(plain) <= 10):
        return None
    return f"PX-{plain[:2]}-{plain[2:]}"


def call_address(ticket: Ticket) -> str:
    """Return the ``tel:`` address for calling the ticket's reporter; empty without an exchange or a reporter."""
    number = settings.IOC_EXCHANGE_NUMBER
    if not number or not ticket.is_open or not is_followed(ticket):
        return ""
    return f"tel:{number}{_PAUSE}{extension_of(ticket.code)}"
