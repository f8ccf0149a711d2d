"""The walk of one citizen report through real processes: from a POST to an open wall, up the ladder, and through a
dead Redis."""

import os
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.flow.kit import Person, Source, Wall, alert_of, ping_timers, report, settle, ticket_of
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for


@pytest.fixture
def portal(centre: IocProcesses) -> Source:
    return Source(centre)


def post(portal: Source, centre: IocProcesses, **more: object) -> tuple[str, str, str]:
    """Post a report and return its external id, its alert and its ticket."""
    sent = report(**more)  # type: ignore[arg-type]
    answer = portal.post(sent)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1), answer.text
    name = sent["external_id"]
    alert = wait_for(lambda: alert_of(centre, name), what="the alert")
    ticket = wait_for(lambda: ticket_of(centre, alert), what="the ticket")
    return name, alert, ticket


def same(one: Wall, other: Wall) -> bool:
    (epoch, _seq, tiles), (other_epoch, _other_seq, other_tiles) = one.state(), other.state()
    return epoch == other_epoch and tiles == other_tiles


def test_a_posted_report_appears_on_an_open_wall_as_alert_ticket_and_figure(centre, operator, portal):
    with Wall(centre, operator) as wall:
        before = wall.state()[2]
        figure = "panel:field_reports/awaiting@province"
        _name, alert, ticket = post(portal, centre)
        shown = wall.tile(f"alert:{alert}")
        assert (shown["state"], shown["monitor"], shown["simulated"]) == ("active", "field_reports", True)
        assert wall.tile(f"ticket:{ticket}")["state"] == "new"
        wall.until(
            lambda client: [
                key
                for key, (version, _payload) in client.tiles.items()
                if key.startswith("panel:field_reports/") and before.get(key, (0,))[0] < version
            ],
            what=f"a figure such as {figure} to change",
        )


def test_what_a_wall_saw_grow_is_what_a_fresh_wall_is_told(centre, operator, supervisor, portal):
    with Wall(centre, operator) as grown:
        for _ in range(3):
            post(portal, centre)
        settle(centre)
        with Wall(centre, supervisor) as fresh:
            wait_for(lambda: same(grown, fresh), what="snapshot + frames = snapshot")
        assert grown.client.snapshots == 1
        assert grown.client.gaps == 0
        assert len(grown.client.applied) >= 6


def test_a_wall_that_was_away_resumes_where_it_stood(centre, operator, portal):
    with Wall(centre, operator, resumes=True) as wall:
        assert wall._connection
        wall._connection.close()
        _name, alert, _ticket = post(portal, centre)
        wall.tile(f"alert:{alert}")
        assert (wall.client.snapshots, wall.client.gaps) == (1, 0)
        assert wall.connections >= 2


def test_an_acknowledgement_over_the_api_reaches_the_other_wall(centre, operator, supervisor, portal):
    _name, alert, ticket = post(portal, centre, urgent=True)
    with Wall(centre, supervisor) as wall:
        wall.tile(f"alert:{alert}")
        answer = operator.do("acknowledge", "alerts", alert, note="thấy rồi")
        assert answer.status_code == 200, answer.text
        shown = wall.tile(f"alert:{alert}", lambda payload: payload["state"] == "acknowledged")
        assert shown["holder"]["name"]
        wall.tile(f"ticket:{ticket}", lambda payload: payload["generation"] == 2)
        again = operator.do("acknowledge", "alerts", alert)
        assert (again.status_code, "resolve" in again.json()["legal"]) == (409, True)


def steps_of(centre: IocProcesses, ticket: str) -> dict[int, tuple[str, float]]:
    """Return the state of each of a ticket's steps, and the minutes from its opening."""
    rows = centre.query(
        "SELECT s.index, s.state, extract(epoch FROM s.due_at - t.opened_at)::float / 60 FROM tickets_ticketstep s "
        "JOIN tickets_ticket t ON t.id = s.ticket_id WHERE t.public_id = %s AND s.generation = t.generation "
        "ORDER BY s.index",
        ticket,
    )
    return {index: (state, minutes) for index, state, minutes in rows}


def messages_of(centre: IocProcesses, ticket: str) -> list[tuple[int, int, str, str, str]]:
    """Return step, person, channel, state and public id of every message about a ticket."""
    return centre.query(
        "SELECT step, person_id, channel, state, public_id::text FROM notify_message WHERE subject = %s ORDER BY id",
        f"ticket:{ticket}",
    )


def letters(centre: IocProcesses) -> list[Path]:
    return list((centre.folder / "mail" / "demo").glob("*.eml"))


def test_one_escalation_after_the_realms_clock_moved_and_one_message_each(centre, portal):
    _name, _alert, ticket = post(portal, centre, urgent=True)
    settle(centre)
    before = steps_of(centre, ticket)
    assert [state for state, _minutes in before.values()] == ["fired"] + ["pending"] * (len(before) - 1)
    step, minutes = 1, before[1][1]
    centre.query(
        "UPDATE kernel_realm SET clock_offset = clock_offset + make_interval(mins => %s) WHERE name = 'demo'",
        int(minutes) + 1,
    )
    wait_for(lambda: steps_of(centre, ticket)[step][0] == "fired", what="the step to fire")
    settle(centre)
    ping_timers(centre)
    settle(centre)
    now = steps_of(centre, ticket)
    assert {index for index, (state, _minutes) in now.items() if state == "fired"} == {0, 1}
    told = [message for message in messages_of(centre, ticket) if message[0] == step]
    assert {channel for _step, _person, channel, _state, _id in told} == {"in_app", "email"}
    assert set(Counter((person, channel) for _step, person, channel, _state, _id in told).values()) == {1}
    assert {state for _step, _person, _channel, state, _id in told} <= {"sent", "delivered"}
    mailed = {public_id for _step, _person, channel, _state, public_id in told if channel == "email"}
    assert sorted(file.stem for file in letters(centre) if file.stem in mailed) == sorted(mailed)
    entries = centre.query(
        "SELECT count(*) FROM tickets_ticketentry e JOIN tickets_ticket t ON t.id = e.ticket_id "
        "WHERE t.public_id = %s AND e.verb = 'escalate'",
        ticket,
    )
    assert entries == [(1,)]


def test_the_same_event_a_hundred_times_at_once_is_one_record_one_alert_and_99_duplicates(centre):
    sent = report()
    gate = threading.Barrier(8)
    turns = [13] * 4 + [12] * 4

    def client(count: int) -> list[tuple[int, int, int]]:
        source = Source(centre)
        gate.wait(timeout=30)
        told = []
        for _ in range(count):
            answer = source.post(sent)
            body = answer.json() if answer.status_code == 202 else {}
            told.append((answer.status_code, body.get("accepted", 0), body.get("duplicate", 0)))
        return told

    with ThreadPoolExecutor(8) as pool:
        told = [one for answers in pool.map(client, turns) for one in answers]
    assert Counter(status for status, _accepted, _duplicate in told) == {202: 100}
    assert sum(accepted for _status, accepted, _duplicate in told) == 1
    assert sum(duplicate for _status, _accepted, duplicate in told) == 99
    name = sent["external_id"]
    alert = wait_for(lambda: alert_of(centre, name), what="the alert")
    settle(centre)
    assert centre.query("SELECT count(*) FROM field_reports_report WHERE external_id = %s", name) == [(1,)]
    assert centre.query("SELECT count FROM alerts_alert WHERE public_id = %s", alert) == [(1,)]
    assert ticket_of(centre, alert)


def test_with_redis_dead_a_post_answers_202_and_its_alert_appears_when_redis_is_back(centre, operator, portal):
    with Wall(centre, operator, resumes=True) as wall:
        centre.kill("redis")
        try:
            sent = report()
            answer = portal.post(sent)
            assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
            assert answer.elapsed.total_seconds() < 1
            assert wait_for(lambda: centre.status("/readyz") == 503, what="/readyz to say so")
        finally:
            centre.start("redis")
        alert = wait_for(lambda: alert_of(centre, sent["external_id"]), seconds=60, what="the alert")
        wall.tile(f"alert:{alert}")
        assert wall.client.gaps == 0
    settle(centre)
    assert centre.status("/readyz") == 200


def test_with_a_redis_that_hangs_a_post_is_answered_all_the_same(centre, portal):
    process = centre.children["redis"].pid
    os.kill(process, signal.SIGSTOP)
    try:
        first, second = report(), report()
        assert portal.post(first).elapsed.total_seconds() < 4, "it waits for Redis once, and not for long"
        assert portal.post(second).status_code == 202
    finally:
        os.kill(process, signal.SIGCONT)
    settle(centre)
    assert all(alert_of(centre, sent["external_id"]) for sent in (first, second))


def test_with_redis_dead_a_verb_over_the_api_still_reaches_the_other_wall(centre, operator, supervisor, portal):
    _name, alert, _ticket = post(portal, centre)
    with Wall(centre, supervisor) as wall:
        wall.tile(f"alert:{alert}")
        centre.kill("redis")
        try:
            assert operator.do("acknowledge", "alerts", alert).status_code == 200
            wall.tile(f"alert:{alert}", lambda payload: payload["state"] == "acknowledged")
        finally:
            centre.start("redis")
    settle(centre)


def test_who_may_not_see_it_is_not_told(centre, portal):
    _name, alert, _ticket = post(portal, centre)
    slug = centre.query(
        "SELECT d.slug FROM alerts_alert a JOIN directory_department d ON d.id = a.department_id "
        "WHERE a.public_id = %s",
        alert,
    )[0][0]
    mine, others = (
        name for name in (f"officer.{slug}", next(n for n in centre.accounts if _other_department(n, slug)))
    )
    with Wall(centre, Person(centre, mine)) as wall:
        wall.tile(f"alert:{alert}")
    with Wall(centre, Person(centre, others)) as wall:
        assert f"alert:{alert}" not in wall.state()[2]


def _other_department(name: str, slug: str) -> bool:
    return name.startswith("officer.so-") and name != f"officer.{slug}"
