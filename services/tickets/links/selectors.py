"""What an address opens."""

from dataclasses import dataclass

from services.directory.models import User
from services.kernel import clock
from services.tickets.links import tokens
from services.tickets.models import PhoneLink, Ticket


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was found, and who may act by it: None when it has ended, or its person's account has."""

    link: PhoneLink
    user: User | None

    @property
    def ticket(self) -> Ticket:
        """The one ticket it is about."""
        return self.link.ticket


def opened(token: str) -> Opened | None:
    """Return the link of an address, ended or not; None for one that was never made. One statement and the clock's."""
    key = tokens.read(token)
    if key is None:
        return None
    rows = PhoneLink.objects.select_related(
        "person__user", "ticket__unit", "ticket__department", "ticket__assignee", "ticket__alert"
    ).defer("ticket__unit__geometry", "ticket__unit__outline")
    link = rows.filter(key=key).first()
    if link is None:
        return None
    user = link.person.user
    ended = link.revoked_at is not None or link.expires_at <= clock.now(link.realm)
    return Opened(link, None if ended or user is None or not user.is_active else user)
