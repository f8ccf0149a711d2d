"""Whatever people do in whatever order: the clock is kept, dates never come nearer by waiting, history is audit."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.models import AuditEntry
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.tickets import workflow
from services.tickets.flow.models import Extension
from services.tickets.models import Ticket
from tests.services.tickets.kit import OFFICE, OTHER, REALM, desk, do, opened

pytestmark = pytest.mark.django_db

RESTARTS = {"reject", "reopen"}
MOVES = {"wait", "resume", "extend", "grant_extension", *RESTARTS}
DRAWN = sorted({*workflow.VERBS} - {"attach", "unlink", "tick", "cancel", "merge"})
"""Verbs that keep a story going; the two that end it come as its last chapter."""
MAIN = ("accept", "start", "wait", "resume", "resolve", "reject", "approve", "reopen")
"""Every second verb is one of these: else few stories would come far."""


def fields_for(verb, ticket, amount, people):
    now = clock.now(REALM)
    hours = timedelta(hours=amount)
    return {
        "assign": {"person": people[amount % 2].person.public_id},
        "transfer": {"department": (OFFICE, OTHER)[amount % 2]},
        "wait": {"note": "chờ", "until": now + hours},
        "ask_extension": {"note": "xin thêm", "due_at": max(now, ticket.due_at) + hours},
        "extend": {"note": "mưa lũ", "due_at": max(now, ticket.due_at) + hours},
        "resolve": {"note": "xong", "public_text": "Xong", "outcome": ("fixed", "not_fixed")[amount % 2]},
        "split": {"note": "một phần", "department": OTHER},
        "involve": {"department": (OFFICE, OTHER)[amount % 2]},
        "release": {"department": (OFFICE, OTHER)[amount % 2]},
        "link": {"alert": ticket.alert.public_id, "kind": ("relates_to", "caused_by")[amount % 2]},
    }.get(verb, {"note": "vì lý do"})


def check_moves(verb, before, after):
    """What a verb may do to a ticket's dates."""
    if verb not in MOVES:
        assert (after.due_at, after.clock_from) == (before.due_at, before.clock_from), verb
    if verb in {"wait", "extend", "grant_extension"}:
        assert after.due_at >= before.due_at, verb
    if verb not in RESTARTS:
        assert after.clock_from == before.clock_from
        assert after.moved >= timedelta(0)


def check_always(ticket):
    assert (ticket.escalate_at is not None) <= (ticket.state in workflow.RUNNING)
    assert ticket.extensions.filter(state=Extension.ASKED).count() <= (ticket.state in workflow.RUNNING)
    assert (ticket.waiting_until is not None) <= (ticket.state == workflow.WAITING)
    twins = Ticket.objects.filter(parent=None, state__in=workflow.OPEN).values("alert").annotate(many=Count("pk"))
    assert not twins.filter(many__gt=1).exists()
    for one in Ticket.objects.all():
        history = [f"ticket.{verb}" for verb in one.entries.order_by("pk").values_list("verb", flat=True)]
        audit = AuditEntry.objects.filter(target=f"ticket:{one.public_id}").order_by("pk")
        assert history == list(audit.values_list("verb", flat=True))


@pytest.mark.slow
def test_any_sequence_of_legal_verbs_keeps_the_promises(province):
    people = [desk(province, "dung", "head"), desk(province, "hanh", "officer")]
    chief = province.user("chi", "supervisor")

    def tell(story, ending):
        ticket = opened()
        free = ticket.due_at  # the deadline before the latest wait
        for pick, amount in story:
            clock.move(REALM, timedelta(minutes=20 * amount))
            legal = [verb for verb in workflow.legal_verbs(ticket.state) if verb in DRAWN]
            ahead = [verb for verb in legal if verb in MAIN]
            verb = ahead[pick % len(ahead)] if pick % 2 and ahead else legal[pick % len(legal)]
            before = Ticket.objects.get(pk=ticket.pk)
            try:
                with transaction.atomic():
                    ticket = do(verb, before, chief, **fields_for(verb, before, amount, people))
            except InvalidInputError:
                assert Ticket.objects.filter(pk=ticket.pk).values().get() == vars_of(before)
                continue
            assert ticket.version == before.version + 1
            check_moves(verb, before, ticket)
            free = before.due_at if verb == "wait" else free
            if verb == "resume":
                assert ticket.due_at >= free
        if ticket.state in workflow.OPEN:
            ticket = do(ending, ticket, chief, note="thôi", into=opened().public_id)
        check_always(ticket)

    @settings(max_examples=10, derandomize=True, database=None)
    @given(
        st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), min_size=4, max_size=10),
        st.sampled_from(["cancel", "merge", "comment"]),
    )
    def every(story, ending):
        with transaction.atomic():
            tell(story, ending)
            transaction.set_rollback(True)

    every()


def vars_of(ticket):
    return {field.attname: getattr(ticket, field.attname) for field in Ticket._meta.concrete_fields}
