"""A monitor that cannot be told what became of its finding: the ticket's change stands, and nobody gives up."""

from datetime import timedelta

import pytest

from services.contract import Change
from services.kernel import clock
from services.tickets import follow
from services.tickets.models import FollowUp
from tests.services.tickets.kit import REALM, desk, do, opened

pytestmark = pytest.mark.django_db


def test_what_a_monitor_could_not_be_told_is_tried_until_it_is_and_counted_meanwhile(province, client, monkeypatch):
    officer = desk(province, "hanh", "officer")
    ticket = opened()

    def broken(change):
        raise RuntimeError(change.state)

    monkeypatch.setattr(follow, "_follower", lambda _monitor: broken)
    assert do("accept", ticket, officer).state == "accepted"
    for _try in range(20):
        clock.move(REALM, timedelta(hours=1, seconds=1))
        follow.retry()
    row = FollowUp.objects.filter(ticket=ticket).latest("pk")
    assert (row.done_at, row.error) == (None, "RuntimeError: accepted")
    assert 'ioc_follow_ups_failing{monitor="field_reports"} 1' in client.get("/metrics").content.decode()
    told: list[Change] = []
    monkeypatch.setattr(follow, "_follower", lambda _monitor: told.append)
    clock.move(REALM, timedelta(hours=1, seconds=1))
    follow.retry()
    assert [change.state for change in told] == ["accepted"]
    assert "ioc_follow_ups_failing{" not in client.get("/metrics").content.decode()
