import random
import signal
import threading
import time

import pytest
from django.db import OperationalError, connection

from services.kernel.models import Lease
from services.kernel.redisclient import client
from services.wall import actions, relayloop, wake
from services.wall.models import Frame, Head, Tile
from services.wall.relay import LEASE
from services.wall.relayloop import RelayLoop
from tests.harness.plugin import SERVERS
from tests.harness.waiting import wait_for
from tests.services.wall.kit import REALM, put
from tests.services.wall.processes import end, forked_relay, holder, relay_process, wait_for_relay


def framed(key, version=1):
    return Frame.objects.filter(realm=REALM, key=key, version__gte=version).exists()


def wait_framed(key, **more):
    wait_for(lambda: framed(key), what=f"{key} to be framed", **more)


@pytest.fixture
def no_pause(monkeypatch):
    """Let every publish be tried, as if the pause after a failure had passed."""
    monkeypatch.setattr(wake, "PAUSE", 0.0)


@pytest.fixture
def redis_again(committed, no_pause):
    """Redis may be stopped by the test; it runs again afterwards."""
    yield SERVERS.children["redis"]
    if not SERVERS.children["redis"].running():
        SERVERS.start_redis()


@pytest.mark.slow
def test_the_command_relays_and_leaves_at_once_when_asked_to(committed, tmp_path):
    with relay_process(tmp_path) as process:
        wait_for_relay(process.pid)
        put("alert:a")
        wait_framed("alert:a")
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - asked < 5
        assert holder() == "", "the lease was not released"


def test_of_two_relays_one_waits_and_takes_over(committed):
    with forked_relay() as first:
        wait_for_relay(first)
        with forked_relay() as second:
            put("alert:a")
            wait_framed("alert:a")
            assert holder() == str(first)
            end(first, signal.SIGTERM)
            wait_for_relay(second)
            put("alert:b")
            wait_framed("alert:b")
    assert list(Frame.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]


@pytest.mark.slow
def test_a_killed_relay_is_succeeded_when_its_lease_ends(committed):
    with forked_relay() as first:
        wait_for_relay(first)
        with forked_relay() as second:
            end(first)
            put("alert:a")
            wait_for_relay(second)
            wait_framed("alert:a")


@pytest.mark.slow
def test_relays_killed_at_any_moment_lose_nothing_and_give_no_number_twice(committed):
    """Fifteen relays are killed while two writers go on; in the end the frames tell exactly what the tiles say."""
    rng = random.Random(20261122)
    stop = threading.Event()
    threads = [threading.Thread(target=_write, args=(stop, name)) for name in range(2)]
    for thread in threads:
        thread.start()
    kills = 0
    while kills < 15:
        before = Frame.objects.count()
        with forked_relay() as child:
            _wait_for_more_frames(before)
            time.sleep(rng.random() * 0.05)  # the moment of the kill is what varies
            end(child)
            kills += 1
        Lease.objects.filter(name=LEASE).update(until="2026-01-01T00:00:00Z")  # as if its three seconds had passed
    stop.set()
    for thread in threads:
        thread.join()
    with forked_relay():
        wait_for(lambda: not Tile.objects.filter(dirty=True).exists(), what="everything to be framed")
    seqs = list(Frame.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    assert Head.objects.get(realm=REALM).seq == seqs[-1]
    newest = {f.key: f.version for f in Frame.objects.order_by("seq")}
    assert newest == dict(Tile.objects.values_list("key", "version"))


def _wait_for_more_frames(than):
    wait_for(lambda: Frame.objects.count() > than, what="frames of the next relay")


def _write(stop, name):
    turn = 0
    while not stop.is_set():
        turn += 1
        for n in range(5):
            put(f"alert:{(turn + n) % 17:02}", by=name, turn=turn)
        if turn % 50 == 0:
            actions.remove_tile(realm=REALM, key=f"ticket:{name}")
            put(f"ticket:{name}", turn=turn)
    connection.close()


def test_without_redis_tiles_are_written_and_framed_all_the_same(redis_again):
    with forked_relay() as child:
        wait_for_relay(child)
        redis_again.kill()
        asked = time.monotonic()
        put("alert:a")
        assert time.monotonic() - asked < 1.0
        wait_framed("alert:a")
        SERVERS.start_redis()
        put("alert:b")
        wait_framed("alert:b")


def test_a_wake_up_is_faster_than_the_poll_again_after_redis_came_back(redis_again, monkeypatch):
    """The poll is slowed down to a minute: what arrives sooner was woken, by the relay's second subscription."""
    monkeypatch.setattr(relayloop, "POLL", 60.0)
    monkeypatch.setattr(relayloop, "RESUBSCRIBE", 0.1)
    with forked_relay() as child:
        wait_for_relay(child)
        redis_again.kill()
        SERVERS.start_redis()
        wait_for(_somebody_listens, what="the relay to subscribe again")
        put("alert:a")
        wait_framed("alert:a", seconds=5)


def _somebody_listens():
    return dict(client().pubsub_numsub(wake.RELAY)).get(wake.RELAY.encode())


def test_the_relay_outlives_the_loss_of_its_database_connection(committed):
    with forked_relay() as child:
        wait_for_relay(child)
        for n in range(3):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            put(f"alert:{n}")
            wait_framed(f"alert:{n}")
        assert holder() == str(child)


def test_a_turn_that_fails_gives_the_term_up_and_waits_longer_each_time(monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr("services.wall.relayloop.time.sleep", waits.append)
    monkeypatch.setattr(RelayLoop, "_work", _broken)
    loop = RelayLoop()
    loop._term = 7
    for _ in range(7):
        loop.turn()
    assert not loop._term
    assert waits == [0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]


def _broken(self) -> bool:
    raise OperationalError("the server is gone")
