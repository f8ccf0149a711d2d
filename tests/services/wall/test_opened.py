"""A snapshot that has no room for all alerts says in which minutes they were opened: a flood is told by that."""

import json
from datetime import timedelta

import pytest

from services.kernel import clock
from services.wall import history
from services.wall.boards import board
from tests.services.wall.kit import REALM, put

pytestmark = pytest.mark.django_db


def taken(*, limit, scopes=("province",)):
    return history.snapshot(REALM, board("overview"), scopes, limit=limit)


def test_every_alert_of_the_last_hours_is_counted_in_its_minute_whether_it_fits_or_not():
    noon = clock.now(REALM).replace(second=10, microsecond=0) - timedelta(hours=1)
    for n, minutes in enumerate((0, 0, 1, -600)):
        put(f"alert:{n}", since=noon + timedelta(minutes=minutes))
    put("alert:elsewhere", since=noon, audience=["unit:1"])
    put("ticket:1", since=noon)
    opened = json.loads(taken(limit=2).opened)
    minute = "%Y-%m-%dT%H:%MZ"
    assert opened == {noon.strftime(minute): 2, (noon + timedelta(minutes=1)).strftime(minute): 1}
    message = json.loads(taken(limit=2).message(noon.isoformat()))
    assert (message["opened"], len(message["tiles"])) == (opened, 2)


def test_a_snapshot_with_room_for_all_says_nothing_of_it():
    put("alert:1", since=clock.now(REALM))
    shot = taken(limit=500)
    assert shot.opened is None
    assert "opened" not in json.loads(shot.message(""))
