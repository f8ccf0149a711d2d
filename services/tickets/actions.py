"""The one door through which people change tickets: scope, lock, version, table, verb, news, in one transaction."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from services.directory.models import User
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.tickets import workflow
from services.tickets.announce import announce
from services.tickets.flow import attaching, reach, stale, telling, texts
from services.tickets.flow.said import Detail, Fields, note_of
from services.tickets.models import Ticket
from services.tickets.verbs import APPLY

IllegalVerb = IllegalVerbError
NOTE_LIMIT = 5000
KEPT_IN_DETAIL = ("person", "department", "unit", "outcome", "into", "waiting_for", "until", "text")


@transaction.atomic
def perform(*, verb: str, ticket_public_id: UUID | str, acting_user: User, **fields: Any) -> Ticket:
    """Do a verb. Fields by verb: see ``verbs.py`` and ``flow``; ``note`` goes into the history, internal unless
    ``public``; ``text`` is the slug of a standard text for a note that nobody wrote; ``version`` the one looked at.

    Http404 outside the user's scope, StaleEditError for an older version, IllegalVerbError (with the legal ones) when
    the state forbids it, InvalidInputError for bad fields; in each case nothing is written.
    """
    ticket = reach.locked(verb, ticket_public_id, acting_user, into=fields.get("into"))
    stale.check(ticket, verb, fields)
    before = ticket.state
    target = workflow.TRANSITIONS[verb].get(before)
    if target is None:
        raise IllegalVerbError(verb, before, workflow.legal_verbs(before))
    now = clock.now(ticket.realm)
    _check_words(fields)
    texts.use(ticket, verb, fields, now)
    ticket.state = target
    told = APPLY[verb](ticket, now, acting_user, fields) or {}
    ticket.state = target
    ticket.version += 1
    ticket.save()
    entry = announce(
        ticket,
        verb,
        now=now,
        before=before,
        acting_user=acting_user,
        note=note_of(fields),
        public=bool(fields.get("public")) and verb == "comment",
        detail=_detail(ticket, fields, told),
    )
    if verb == "attach":
        attaching.attach(entry, fields.get("file"))
    telling.tell(ticket, verb, now=now, acting_user=acting_user)
    return ticket


def _check_words(fields: Fields) -> None:
    """PostgreSQL keeps no NUL, and a history of books is read by nobody."""
    for name, text in fields.items():
        if isinstance(text, str) and (len(text) > NOTE_LIMIT or "\x00" in text):
            raise InvalidInputError({name: [_("at most {count} characters").format(count=NOTE_LIMIT)]})


def _detail(ticket: Ticket, fields: Fields, told: Detail) -> Detail:
    kept = {name: str(fields[name]) for name in KEPT_IN_DETAIL if fields.get(name)}
    return {**kept, **told, "version": ticket.version}
