"""Nonsense typed into the forms of work, duty, notifications and alerts: refused in words, never a server error.

What programs send is covered by the API's own description (``tests/api/test_schema.py``); here the instants at both
ends of the calendar are sent to it, which no description excludes.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from services.tickets import workflow
from services.tickets.models import Ticket
from services.tickets.page_words import VERBS
from tests.shape.world import World

NUL, LONG, DIGITS = "a\x00b", "x" * 20_000, "9" * 4000
ENDS_OF_TIME = (
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00"),
    *("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59"),
)
MOMENTS = {"until", "due_at", "starts", "ends", "start", "at", "after"}
DAYS = {"due_on", "starts_on", "ends_on", "week", "from", "to"}
WORDS = {"note", "words", "text", "title", "reason", "name", "remarks", "public_text", "q", "rrule", "other", "into"}
TIMES = {"hand_over", "opens_0", "closes_0", "quiet_from", "quiet_to"}
USUAL = {
    **{"note": "x", "outcome": "fixed", "public_text": "x", "to": "department:so-y-te", "department": "so-y-te"},
    **{"until": "2027-12-01T10:00", "due_at": "2027-12-01T10:00", "title": "x", "kind": "relates_to"},
    **{"waiting_for": "citizen", "given": "1", "name": "x", "words": "x", "due_on": "2027-12-01", "do": "accept"},
    **{"starts": "2027-12-01T10:00", "ends": "2027-12-01T11:00", "reason": "x", "monitor": "field_reports"},
    **{"length": "1", "unit": "days", "hand_over": "07:00", "starts_on": "2027-12-01", "order": "1"},
    **{"digest_minutes": "0", "repeat": "own", "rrule": "FREQ=DAILY"},
}
TURNS = ("name", "length", "unit", "hand_over", "starts_on", "ends_on", "order", "person_0", "days_0", "opens_0")
MAINTENANCE = ("title", "reason", "starts", "ends", "repeat", "rrule", "monitor", "rule", "unit", "fingerprint_prefix")
FORMS: dict[str, tuple[str, ...]] = {
    "/tickets/views/": ("name", "query", "id", "do", "default"),
    "/tickets/decisions/answer/": ("ticket", "do", "note"),
    "/tickets/decisions/direct/": ("words", "to", "due_on", "on"),
    "/duty/me/swap/": ("gives", "takes", "person", "note"),
    "/duty/me/leave/": ("person", "stand_in", "starts", "ends", "reason"),
    "/duty/{roster}/rotation/": TURNS,
    "/duty/rotations/{duty rotation}/": ("name", "starts_on"),
    "/duty/{roster}/override/": ("person", "starts", "ends", "reason"),
    "/duty/{roster}/import/": ("text", "file", "on"),
    "/duty/handover/open/": ("shift",),
    "/duty/handover/{handover}/write/": ("text", "note_1", "note_99999999999999"),
    "/duty/handover/{handover}/sign/": ("text", "note_1"),
    "/duty/handover/{handover}/accept/": ("remarks",),
    "/notifications/settings/": ("quiet_from", "quiet_to", "digest_minutes", "language", "channels_high"),
    "/notifications/test/": ("channel",),
    "/alerts/maintenance/set/": MAINTENANCE,
    "/alerts/maintenance/{maintenance}/extend/": ("until",),
}
PAGES: dict[str, tuple[str, ...]] = {
    "/tickets/": ("saved", "q", "unit", "department", "cols", "holder"),
    "/tickets/fresh/": ("after", "at", "shown", "query"),
    "/tickets/statistics/": ("days", "format"),
    "/tickets/decisions/": ("on", "done"),
    "/tickets/policies/{policy}/": ("start", "unit", "department", "severity", "version"),
    "/api/policies/{policy}/dry-run/": ("start", "unit", "department", "severity", "version"),
    "/duty/": ("week",),
    "/duty/handover/": ("page",),
    "/notifications/": ("page",),
    "/notifications/outbox/": ("page", "state", "channel"),
    "/reports/alarm-load/": ("from", "to", "desk", "days"),
    "/api/reports/alarm-load/": ("from", "to", "desk", "days"),
    "/api/tickets/statistics/": ("days", "realm"),
}
SENT: dict[str, dict[str, Any]] = {
    "/api/tickets/{ticket}/wait/": {"until": None, "note": "x", "waiting_for": "citizen"},
    "/api/tickets/{ticket}/extend/": {"due_at": None, "note": "x"},
    "/api/tickets/{ticket}/ask_extension/": {"due_at": None, "note": "x"},
    "/api/alerts/{alert}/shelve/": {"until": None},
    "/api/maintenance/set/": {"title": "x", "starts": None, "ends": None, "monitor": "field_reports"},
    "/api/maintenance/{maintenance}/extend/": {"until": None},
    "/api/duty/rosters/{roster}/overrides/": {"starts": None, "ends": None, "reason": "x"},
    "/api/duty/leaves/add/": {"starts": None, "ends": None, "reason": "x"},
    "/api/tickets/direct/": {"words": "x", "to": "department:so-y-te", "due_on": None},
}


def wrong(name: str) -> Iterator[str]:
    """Yield what is typed into a field of this name."""
    yield NUL
    if name in MOMENTS:
        yield from ("0001-01-01T00:00", "9999-12-31T23:59")
    elif name in DAYS:
        yield from ("0001-01-01", "9999-12-31")
    elif name in TIMES:
        yield "24:00"
    else:
        yield LONG if name in WORDS else DIGITS


def address(path: str, world: World) -> str:
    return path.format(**{kind: thing.key for kind, thing in world.near.items()})


def broken(send: Any) -> bool:
    """Send in a savepoint that is rolled back; tell whether the answer is a server error."""
    with transaction.atomic():
        answer = send()
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return bool(answer.status_code >= 500)


def actor(path: str) -> str:
    return "leader" if path.endswith("/direct/") else "supervisor"


@pytest.mark.slow
def test_no_form_breaks_over_what_is_typed(world):
    usual = {**USUAL, "ticket": str(world.near["ticket"].key)}
    tried = [(path, name, value) for path, names in FORMS.items() for name in names for value in wrong(name)]
    assert not [
        (path, name, value[:30])
        for path, name, value in tried
        if broken(partial(world.client(actor(path)).post, address(path, world), {**usual, name: value}))
    ]


@pytest.mark.slow
def test_no_verb_of_a_ticket_breaks_over_what_is_typed(world):
    """Every field that a verb asks for; what hides in its form is read alike for all, so that one verb each will do."""
    client, ticket = world.client("supervisor"), world.near["ticket"].key
    tried = [(verb, name) for verb in VERBS for name in VERBS[verb].asks if name not in {"note", "public_text"}]
    tried += [("comment", "note"), ("resolve", "public_text"), ("comment", "version"), ("comment", "text")]
    tried += [("tick", "item"), ("tick", "mark"), ("unlink", "link"), ("release", "department")]
    failed = []
    for verb, name in tried:

        def send(value: str, verb: str = verb, name: str = name) -> Any:
            Ticket.objects.update(state=next(iter(workflow.TRANSITIONS[verb])))
            return client.post(f"/tickets/{ticket}/{verb}/", {**USUAL, name: value})

        failed += [(verb, name, value[:30]) for value in wrong(name) if broken(partial(send, value))]
    assert not failed


@pytest.mark.slow
def test_no_page_breaks_over_what_its_address_says(world):
    client = world.client("supervisor")
    tried = [(path, name, value) for path, names in PAGES.items() for name in names for value in wrong(name)]
    assert not [
        (path, name, value[:30])
        for path, name, value in tried
        if broken(partial(client.get, address(path, world), {name: value}))
    ]


@pytest.mark.parametrize("path", SENT)
def test_the_ends_of_time_are_refused_or_taken(world, path):
    client, body = world.client(actor(path)), SENT[path]
    verb = path.rstrip("/").rsplit("/", 1)[1]
    owed = [name for name, value in body.items() if value is None]
    usual = {name: "2027-12-01T10:00:00Z" if value is None else value for name, value in body.items()}

    def send(name: str, instant: str) -> Any:
        if "{ticket}" in path:
            Ticket.objects.update(state=next(iter(workflow.TRANSITIONS[verb])))
        given = {**usual, name: instant[:10] if name in DAYS else instant}
        return client.post(address(path, world), given, content_type="application/json")

    assert not [(name, at) for name in owed for at in ENDS_OF_TIME if broken(partial(send, name, at))]
