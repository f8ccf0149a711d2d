"""Where a message leads: to the page its writer named, or to one made for this person when the message is sent.

Apps above messages name what makes such an address at start (``AppConfig.ready``). It goes out where people read away
from their desk; in the application and to programs the page itself is told.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.directory.models import Person
from services.notify.channels import EMAIL, SMS, ZALO
from services.notify.models import Message

AWAY: Final = frozenset({SMS, ZALO, EMAIL})
Maker = Callable[[str, Person], str | None]
"""Makes the path for a subject's id and a person; None: the page that was named will do."""
_MAKERS: dict[str, Maker] = {}


def leads(kind: str, maker: Maker) -> None:
    """Name what makes the addresses of messages about subjects of a kind (``ticket`` of ``ticket:<public id>``)."""
    _MAKERS[kind] = maker


def context_of(message: Message) -> Mapping[str, Any]:
    """Return a message's context with the address that this person is to open."""
    kind, _colon, name = message.subject.partition(":")
    maker = _MAKERS.get(kind) if message.channel in AWAY else None
    path = maker(name, message.person) if maker else None
    return {**message.context, "url": path} if path else message.context
