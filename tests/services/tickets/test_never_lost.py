"""What happens to an alert never leaves its ticket without somebody who has to act."""

from datetime import timedelta
from typing import Any

import pytest

from services.alerts import actions as alert_actions
from services.alerts.models import Alert
from services.alerts.raising import raise_alerts
from services.contract import Finding, message
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.tickets import following
from services.tickets.models import Ticket, TicketStep
from tests.services.tickets.kit import OFFICE, OTHER, REALM, desk, do, opened, working

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(province):
    return desk(province, "hanh", "officer")


@pytest.fixture
def operator(province):
    return province.user("van", "operator")


def again(ticket: Ticket, severity: Any) -> Ticket:
    """Let the ticket's condition be found once more."""
    alert, now = ticket.alert, clock.now(REALM)
    assert alert is not None
    found = Finding(alert.rule, severity, alert.fingerprint, message("Level"), now, department=OFFICE, unit="99001")
    raise_alerts(realm=REALM, monitor=alert.monitor, results=[found], now=now)
    follow()
    return Ticket.objects.get(pk=ticket.pk)


def follow() -> None:
    while following.follow_alerts():
        pass


def merge_alerts(one: Ticket, into: Alert, user: Any) -> Ticket:
    assert one.alert is not None
    alert_actions.perform(verb="merge", public_id=one.alert.public_id, acting_user=user, into=into.public_id)
    follow()
    return Ticket.objects.get(pk=one.pk)


def test_an_alert_merged_into_one_that_has_no_ticket_leaves_its_own_open_and_linked(officer, operator):
    ticket = working(opened(), officer)
    due, alert = ticket.due_at, ticket.alert
    opened(category="noise")
    bare = Alert.objects.latest("pk")
    assert not bare.tickets.exists()
    ticket = merge_alerts(ticket, bare, operator)
    assert (ticket.state, ticket.alert, ticket.due_at) == ("in_progress", alert, due)
    assert ticket.steps.filter(state=TicketStep.PENDING).exists(), "the ladder climbs on"
    assert [link.alert for link in ticket.links.all()] == [bare]
    assert ticket.entries.latest("pk").verb == "link"


def test_merging_alerts_carries_all_that_hangs_on_the_ticket(province, officer, operator):
    survivor, ticket = opened(), opened()
    assert survivor.alert is not None
    watcher = desk(province, "dung", "head")
    do("watch", ticket, watcher)
    do("involve", ticket, officer, department=OTHER)
    do("split", ticket, officer, unit="99002", note="phần của xã")
    merge_alerts(ticket, survivor.alert, operator)
    survivor.refresh_from_db()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.merged_into) == ("merged", survivor)
    assert list(survivor.watchers.all()) == [watcher]
    assert survivor.along == [province.departments[OTHER].pk]
    assert [child.unit.code for child in survivor.children.all()] == ["99002"]
    assert survivor.entries.filter(verb="absorb").exists()


def test_what_was_reported_done_and_gets_worse_goes_back_to_work(officer):
    ticket = working(opened(severity="medium"), officer)
    ticket = do("resolve", ticket, officer, note="xong", public_text="Xong")
    ticket = again(ticket, "critical")
    assert (ticket.state, ticket.severity_name, ticket.policy["slug"]) == ("in_progress", "critical", "urgent")
    assert (ticket.outcome, ticket.resolved_at) == ("", None)
    assert ticket.escalate_at is not None, "somebody is told"


def test_what_was_reported_done_and_is_found_again_unchanged_waits_for_its_approval(officer):
    ticket = working(opened(severity="critical"), officer)
    ticket = do("resolve", ticket, officer, note="xong", public_text="Xong")
    assert again(ticket, "medium").state == "resolved"


def test_a_waiting_ticket_that_ends_or_begins_anew_waits_for_nobody(officer, operator):
    def waiting() -> Ticket:
        until = clock.now(REALM) + timedelta(hours=2)
        ticket: Ticket = working(opened(severity="medium"), officer)
        ticket = do("wait", ticket, officer, note="chờ", until=until, waiting_for="agency")
        assert ticket.waiting_for == "agency"
        return ticket

    closed = waiting()
    assert closed.alert is not None
    alert_actions.perform(verb="resolve", public_id=closed.alert.public_id, acting_user=operator, note="nhầm")
    follow()
    closed.refresh_from_db()
    assert (closed.state, closed.waiting_for, closed.waiting_until) == ("closed", "", None)
    worse = again(waiting(), "critical")
    assert (worse.state, worse.waiting_for, worse.waiting_until) == ("in_progress", "", None)


def test_no_ticket_becomes_a_part_of_its_own_part(operator, officer):
    whole = opened()
    do("split", whole, operator, unit="99001", note="một")
    part = Ticket.objects.get(parent=whole)
    do("split", part, operator, unit="99001", note="hai")
    smallest = Ticket.objects.get(parent=part)
    for into in (part, smallest):
        with pytest.raises(InvalidInputError):
            do("merge", whole, operator, into=into.public_id)
    do("merge", part, operator, into=whole.public_id)
    assert Ticket.objects.get(pk=smallest.pk).parent == whole
