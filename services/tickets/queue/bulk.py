"""Work on many tickets at once: what all of them allow, each done under its own lock, and what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext

from services.directory.access import may
from services.directory.models import User
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.tickets import selectors, workflow
from services.tickets.actions import perform
from services.tickets.models import Ticket
from services.tickets.page_forms import LABELS
from services.tickets.page_ticket import usable_verbs
from services.tickets.page_words import STATES, VERBS, Verb

MOST: Final = 200
"""Tickets of one press."""
KEYS: Final = {
    "accept": "e",
    "start": "s",
    "assign": "g",
    "transfer": "c",
    "extend": "h",
    "ask_extension": "i",
    "acknowledge": "v",
    "approve": "d",
    "wait": "w",
    "cancel": "",
}
"""Verbs that make sense for many tickets at once, in the bar's order, and the key that presses each."""


@dataclass(frozen=True, slots=True)
class Button:
    """A verb on the bar."""

    verb: Verb
    key: str

    @property
    def title(self) -> str:
        """Its words."""
        return gettext(self.verb.title)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ticket: done, or why not."""

    ticket: Ticket
    done: bool
    text: str


def buttons(user: User) -> list[Button]:
    """Return the verbs that the reader may do to anything at all; the page shows what all selected tickets allow."""
    return [
        Button(VERBS[name], key) for name, key in KEYS.items() if name in VERBS and may(user, workflow.ACTION_OF[name])
    ]


def selected(user: User, public_ids: Iterable[str]) -> list[Ticket]:
    """Return the named tickets in reach, in the order they were named, at most ``MOST``; one statement.

    InvalidInputError when none is named that the reader may see, or more than can be done at once.
    """
    wanted = list(dict.fromkeys(filter(None, map(_id, public_ids))))
    if len(wanted) > MOST:
        raise InvalidInputError({"t": [gettext("at most {count} tickets at once").format(count=MOST)]})
    found = {ticket.public_id: ticket for ticket in selectors.visible(user).filter(public_id__in=wanted)}
    if not found:
        raise InvalidInputError({"t": [gettext("Select at least one ticket.")]})
    return [found[one] for one in wanted if one in found]


def common_verbs(user: User, tickets: Sequence[Ticket]) -> list[str]:
    """Return the verbs of the bar that every one of these tickets allows its reader now."""
    allowed = set(KEYS)
    for ticket in tickets:
        allowed &= set(usable_verbs(user, ticket))
    if (
        len({(ticket.department_id, ticket.unit_id if ticket.department_id is None else None) for ticket in tickets})
        > 1
    ):
        allowed.discard("assign")  # persons of one office only
    if "extend" in allowed:
        allowed.discard("ask_extension")  # who may grant it need not ask
    return [name for name in KEYS if name in allowed and name in VERBS]


def perform_all(*, verb: str, tickets: Sequence[Ticket], acting_user: User, fields: Mapping[str, Any]) -> list[Outcome]:
    """Do a verb to each ticket in a transaction of its own: a refusal of one leaves the others done.

    Each is audited as if done alone. The order of locks is that of the list; no two are ever held at once.
    """
    return [_one(verb, ticket, acting_user, fields) for ticket in tickets]


def _one(verb: str, ticket: Ticket, user: User, fields: Mapping[str, Any]) -> Outcome:
    try:
        perform(verb=verb, ticket_public_id=ticket.public_id, acting_user=user, **fields)
    except IllegalVerbError as error:
        state = gettext(STATES[error.state].title) if error.state in STATES else error.state
        return Outcome(ticket, done=False, text=gettext("The ticket is now “{state}”.").format(state=state))
    except InvalidInputError as error:
        return Outcome(ticket, done=False, text=_refusal(error))
    except Http404:
        return Outcome(ticket, done=False, text=gettext("It is not yours to do this with any more."))
    return Outcome(ticket, done=True, text=gettext(VERBS[verb].done))


def _refusal(error: InvalidInputError) -> str:
    said = []
    for name, texts in error.errors.items():
        label = f"{gettext(LABELS[name])}: " if name in LABELS else ""
        said.append(label + " ".join(map(str, texts if isinstance(texts, list) else [texts])))
    return "; ".join(said)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
