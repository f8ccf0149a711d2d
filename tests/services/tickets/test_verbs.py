"""Every verb by state and by role, as a table; the page's buttons are the same table."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.http import Http404

from services.audit.models import AuditEntry
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.tickets import workflow
from services.tickets.flow.models import Extension, TicketItem, TicketLink
from services.tickets.flow.reach import locked, may_do
from services.tickets.models import Ticket
from services.tickets.page_ticket import usable_verbs
from tests.services.tickets.kit import OTHER, REALM, desk, do, file, opened

pytestmark = pytest.mark.django_db

STATES = ["new", "accepted", "in_progress", "waiting", "resolved", "closed", "returned", "cancelled", "merged"]
OPEN = ["new", "accepted", "in_progress", "waiting", "resolved", "returned"]
RUNNING = ["new", "accepted", "in_progress", "waiting", "returned"]
LEGAL = {
    "acknowledge": OPEN,
    "accept": ["new"],
    "return": ["new", "accepted"],
    "assign": OPEN,
    "transfer": OPEN,
    "start": ["accepted"],
    "wait": ["in_progress"],
    "resume": ["waiting"],
    "ask_extension": RUNNING,
    "grant_extension": RUNNING,
    "refuse_extension": RUNNING,
    "extend": OPEN,
    "resolve": ["in_progress"],
    "reject": ["resolved"],
    "approve": ["resolved"],
    "reopen": ["closed"],
    "cancel": OPEN,
    "merge": OPEN,
    "split": OPEN,
    "involve": OPEN,
    "release": OPEN,
    "tick": OPEN,
    "link": STATES,
    "unlink": STATES,
    "comment": STATES,
    "attach": STATES,
    "watch": STATES,
}
"""INTERFACES' table, and the verbs added to it, written out once more by hand."""
LEADS_TO = {
    "accept": "accepted",
    "return": "returned",
    "start": "in_progress",
    "wait": "waiting",
    "resume": "in_progress",
    "resolve": "resolved",
    "reject": "in_progress",
    "approve": "closed",
    "reopen": "in_progress",
    "cancel": "cancelled",
    "merge": "merged",
}
BACK_TO_NEW = {"assign", "transfer"}
ANSWERING = {"approve", "reject", "extend", "grant_extension", "refuse_extension"}
ROLES = {
    "officer": set(LEGAL) - ANSWERING,
    "head": set(LEGAL),
    "operator": set(LEGAL),
    "supervisor": set(LEGAL),
    "leader": set(LEGAL),
    "auditor": set(),
    "admin": set(),
    "citizen": set(),
    "stranger": set(),
    "helper": {"comment", "attach", "watch", "tick"},
}
"""Who may do what to a ticket of the officer's and head's department, whatever its state."""


@pytest.fixture
def people(province):
    placed = {name: desk(province, name, name) for name in ROLES if name not in {"stranger", "helper"}}
    stranger = desk(province, "stranger", "officer", "so-khoa-hoc-cong-nghe")
    return placed | {"stranger": stranger, "helper": desk(province, "helper", "officer", OTHER)}


def fields_for(verb, ticket, people):
    now = clock.now(REALM)
    return {
        "assign": {"person": people["officer"].person.public_id},
        "transfer": {"department": OTHER},
        "wait": {"note": "chờ", "until": now + timedelta(days=1), "waiting_for": "agency"},
        "ask_extension": {"note": "chờ vật tư", "due_at": ticket.due_at + timedelta(days=2)},
        "extend": {"note": "mưa lũ", "due_at": ticket.due_at + timedelta(days=2)},
        "merge": {"into": opened().public_id} if verb == "merge" else {},
        "split": {"note": "phần điện", "department": "so-khoa-hoc-cong-nghe"},
        "involve": {"department": "so-khoa-hoc-cong-nghe"},
        "release": {"department": OTHER},
        "tick": {"item": ticket.items.get().public_id} if verb == "tick" else {},
        "link": {"alert": ticket.alert.public_id},
        "unlink": {"link": ticket.links.get().public_id} if verb == "unlink" else {},
        "attach": {"file": file()},
        "resolve": {"note": "xong", "public_text": "Đã xong", "outcome": "fixed"},
    }.get(verb, {"note": "vì lý do"})


def prepared(province, people):
    """A ticket that every verb finds something to do on: an item, a link, a helping department, a request."""
    ticket = opened()
    now = clock.now(REALM)
    TicketItem.objects.create(ticket=ticket, order=1, text={"vi": "a", "en": "a"})
    TicketLink.objects.create(ticket=ticket, kind="relates_to", alert=ticket.alert, at=now)
    Ticket.objects.filter(pk=ticket.pk).update(along=[province.departments[OTHER].pk])
    ticket.refresh_from_db()
    return ticket


def ask(ticket):
    later = ticket.due_at + timedelta(days=1)
    now = clock.now(REALM)
    Extension.objects.create(ticket=ticket, before=ticket.due_at, due_at=later, reason="x", asked_at=now)


def outcome(verb, ticket, user, fields):
    """Do the verb and undo it again; return the state reached, or what refused it."""

    try:
        with transaction.atomic():
            reached = do(verb, ticket, user, **fields).state
            transaction.set_rollback(True)
    except IllegalVerbError as error:
        named = [name for name in workflow.VERBS if ticket.state in LEGAL[name]]
        return "illegal" if error.legal == named else f"illegal, naming {error.legal}"
    except Http404:
        return "not found"
    return reached


def test_each_verb_is_legal_in_its_states_and_leads_where_the_table_says(province, people):
    ticket = prepared(province, people)
    fields = {verb: fields_for(verb, ticket, people) for verb in LEGAL} | {
        "link": {"alert": ticket.alert.public_id, "kind": "caused_by"}
    }
    for state in STATES:
        Ticket.objects.filter(pk=ticket.pk).update(state=state)
        ticket.refresh_from_db()
        for verb, legal in LEGAL.items():
            with transaction.atomic():
                if verb in {"grant_extension", "refuse_extension"}:
                    ask(ticket)
                reached = outcome(verb, ticket, people["supervisor"], dict(fields[verb]))
                transaction.set_rollback(True)
            stays = "new" if verb in BACK_TO_NEW and state == "returned" else state
            assert reached == (LEADS_TO.get(verb, stays) if state in legal else "illegal"), (verb, state)


def test_each_role_reaches_a_ticket_for_its_verbs_and_finds_nothing_for_the_others(province, people):
    ticket = prepared(province, people)
    for role, verbs in ROLES.items():
        user = people[role]
        for verb in LEGAL:
            allowed = verb in verbs
            assert may_do(user, ticket, verb) == allowed, (role, verb)
            if allowed:
                assert locked(verb, ticket.public_id, user).pk == ticket.pk
            else:
                assert outcome(verb, ticket, user, {}) == "not found", (role, verb)


def test_the_pages_buttons_are_what_state_and_role_allow(province, people):
    ticket = prepared(province, people)
    for state in STATES:
        ticket.state = state
        for role, verbs in ROLES.items():
            expected = [verb for verb in workflow.VERBS if state in LEGAL[verb] and verb in verbs]
            assert usable_verbs(people[role], ticket) == expected, (state, role)


NEEDED = {
    "return": ["note"],
    "assign": ["person"],
    "transfer": ["department"],
    "cancel": ["note"],
    "split": ["note"],
    "merge": ["into"],
    "involve": ["department"],
    "release": ["department"],
    "link": ["other"],
    "unlink": ["link"],
    "tick": ["item"],
    "comment": ["note"],
    "attach": ["file"],
    "extend": ["note"],
    "ask_extension": ["note"],
    "grant_extension": ["extension"],
    "refuse_extension": ["extension"],
}


def test_a_verb_without_what_it_needs_is_refused_by_field_and_writes_nothing(province, people):
    ticket = opened()
    before = (Ticket.objects.filter(pk=ticket.pk).values().get(), ticket.entries.count())
    for verb, fields in NEEDED.items():
        with pytest.raises(InvalidInputError) as refusal, transaction.atomic():
            do(verb, ticket, people["supervisor"])
        assert list(refusal.value.errors) == fields, verb
    assert (Ticket.objects.filter(pk=ticket.pk).values().get(), ticket.entries.count()) == before


def test_every_verb_raises_the_version_and_leaves_one_line_of_history_and_one_of_audit(province, people):

    ticket = prepared(province, people)
    for verb in ("acknowledge", "accept", "comment", "tick", "watch", "attach", "start", "wait", "resume", "resolve"):
        before = Ticket.objects.get(pk=ticket.pk).version
        assert do(verb, ticket, people["head"], **fields_for(verb, ticket, people)).version == before + 1
    entries = list(ticket.entries.order_by("pk").values_list("verb", flat=True))
    audit = AuditEntry.objects.filter(target=f"ticket:{ticket.public_id}").order_by("pk")
    assert [f"ticket.{verb}" for verb in entries] == list(audit.values_list("verb", flat=True))
