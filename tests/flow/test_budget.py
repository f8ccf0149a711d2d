"""How many statements a citizen's report costs before it is answered, itemised; what is stored adds none."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.kernel import clock
from tests.services.intake.kit import Sender, counts, report

pytestmark = pytest.mark.django_db
LIMIT = 20


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect everything sent to the database; the outermost savepoint stands for BEGIN and COMMIT outside a test."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured]


def itemised(found: list[str]) -> str:
    return "\n".join(f"{number:2}. {statement[:400]}" for number, statement in enumerate(found, 1))


def shapes(found: list[str]) -> list[str]:
    """Return each statement's verb and first table, without the heartbeat's (it is noted once a second)."""
    names = []
    for statement in found:
        if "intake_sourcestate" in statement:
            continue
        verb = statement.split(None, 1)[0]
        table = re.search(r'(?:FROM|INTO|UPDATE)\s+"?([a-z_]+)', statement)
        names.append(f"{verb} {table[1] if table else ''}".strip())
    return names


@pytest.fixture
def sender(province):
    clock.ensure_realm("demo")
    found = Sender()
    found.post(report())  # what a process reads once is read
    return found


def test_a_post_with_a_token_costs_at_most_twenty_statements(sender):
    """The budget of ``POST /api/intake/field_reports/portal/`` with one report of a category and a place: 16.

    1.  the token
    2.  the backlog of unjudged chunks, up to its limit
    3.  BEGIN
    4.  the realm's clock
    5.  the batch, inserted
    6.  SAVEPOINT: what the monitor cannot store must not take the batch with it
    7.  the id of the unit that the place lies in
    8.  that unit
    9.  the report, inserted unless it is there
    10. its first step, inserted
    11. RELEASE
    12. the chunk for evaluation, inserted
    13. the source's heartbeat, asked (and noted at most once a second: one more)
    14. a note for the panels
    15. the batch's counts, updated
    16. COMMIT

    A reporter is one more. With an idempotency key four more: its clock, the key inserted, then read with a lock, the
    answer kept.
    """
    with statements() as plain:
        assert counts(sender.post(report(occurred_at="2026-11-02T08:15:00+07:00"))) == (1, 0, 0, 0)
    assert len(plain) <= 17, itemised(plain)
    with statements() as with_key:
        assert counts(sender.post(report(), idempotency_key="k")) == (1, 0, 0, 0)
    assert len(with_key) <= LIMIT, itemised(with_key)
    with statements() as with_reporter:
        assert counts(sender.post(report(reporter={"name": "Nguyễn Văn A", "phone": "0900000001"}))) == (1, 0, 0, 0)
    assert len(with_reporter) <= LIMIT, itemised(with_reporter)


def test_the_portals_form_costs_at_most_twenty_statements(sender):
    """The budget of ``POST /report/`` by a visitor without an account: 16.

    As above without token, backlog and the place's look-up (the form names the commune); instead the clock and the
    communes of today for the form, and the report's code for the redirect. CSRF and session cost none.
    """
    visitor = Client()
    page = visitor.get("/report/").content.decode()
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert key
    fields = {"key": key[1], "description": "Ổ gà", "unit": "99001", "category": "giao-thong"}
    with statements() as found:
        answer = visitor.post("/report/", fields)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert len(found) <= LIMIT, itemised(found)


def test_the_statements_of_a_batch_do_not_grow_with_its_items(sender):
    def cost(count: int) -> list[str]:
        items = [report(lon=None, lat=None, address=f"thôn {n}") for n in range(count)]
        with statements() as found:
            assert counts(sender.post(items)) == (count, 0, 0, 0)
        return found

    few, many = cost(2), cost(200)
    assert shapes(many) == shapes(few), f"{itemised(few)}\n\n{itemised(many)}"


def test_the_statements_of_a_post_do_not_grow_with_what_is_stored(sender):
    def cost() -> list[str]:
        with statements() as found:
            sender.post(report())
        return found

    before = cost()
    sender.post([report() for _ in range(300)])
    after = cost()
    assert shapes(after) == shapes(before), itemised(after)
