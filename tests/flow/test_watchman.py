"""A stopped worker is told on the wall by another program, which needs no worker."""

import signal
from datetime import timedelta

import pytest

from services.tickets.watchman import RULE
from tests.chaos.world import move_clock
from tests.flow.kit import Person, Source, Wall, report
from tests.harness.waiting import wait_for


@pytest.mark.slow
def test_a_worker_that_stops_is_told_on_the_wall_until_it_goes_on(start_centre):
    centre = start_centre(env={"IOC_LATE_SECONDS": "3"})
    Source(centre).post(report(urgent=True)).raise_for_status()
    wait_for(lambda: centre.query("SELECT 1 FROM tickets_ticket WHERE escalate_at IS NOT NULL"), what="a ticket")
    stopped = "SELECT state FROM alerts_alert WHERE rule = 'tickets.engine_stopped' AND realm = 'demo'"
    assert centre.query(stopped) == []

    def shown(client):
        return [tile for _version, tile in client.tiles.values() if tile.get("rule") == RULE]

    with Wall(centre, Person(centre)) as wall:
        centre.signal("worker", signal.SIGSTOP)
        move_clock(centre, timedelta(minutes=45))
        (tile,) = wall.until(shown, seconds=30, what="the wall to tell of a stopped engine")
        assert (tile["severity"], tile["state"]) == ("critical", "active")
        assert centre.status("/readyz") == 503
        centre.signal("worker", signal.SIGCONT)
        wall.until(lambda client: not shown(client), seconds=30, what="the wall to take it back")
    assert centre.query(stopped) == [("cleared",)]
    wait_for(lambda: centre.status("/readyz") == 200, what="/readyz to be content again")
