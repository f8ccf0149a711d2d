"""Links for phones: one ticket, one person, no password, an end. What goes into an SMS is ``address_for``."""

from services.tickets.links.actions import address_for, addresses_for, revoke

__all__ = ["address_for", "addresses_for", "revoke"]
