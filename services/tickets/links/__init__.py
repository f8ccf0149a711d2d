"""Links for phones: one ticket, one person, no password, an end. ``path_for`` is what messages lead to."""

from services.tickets.links.actions import address_for, addresses_for, path_for, revoke

__all__ = ["address_for", "addresses_for", "path_for", "revoke"]
