import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from services.kernel import lease
from services.wall import actions
from services.wall.models import Frame, Head, Tile
from services.wall.relay import LEASE, LostLeaseError, relay_realm
from tests.services.wall.kit import REALM, START, put, relay_once, term


def frames(**only):
    return list(Frame.objects.filter(realm=REALM, **only).order_by("seq"))


@pytest.mark.django_db
def test_frames_are_numbered_without_a_hole_oldest_first():
    for key in ("alert:b", "alert:a", "alert:c"):
        put(key)
    relay_once(limit=2)
    put("alert:d")
    relay_once()
    assert [(f.seq, f.key) for f in frames()] == [(1, "alert:b"), (2, "alert:a"), (3, "alert:c"), (4, "alert:d")]
    assert Head.objects.get(realm=REALM).seq == 4
    assert not Tile.objects.filter(dirty=True).exists()


@pytest.mark.django_db
def test_a_gone_tile_is_framed_as_a_tombstone_for_everybody_who_saw_it_and_then_forgotten():
    put("alert:a", audience=["province", "unit:00001"])
    relay_once()
    put("alert:a", audience=["province", "unit:00002"])
    actions.remove_tile(realm=REALM, key="alert:a")
    relay_once()
    last = frames()[-1]
    assert (last.gone, last.payload, last.audience) == (True, None, ["province", "unit:00002"])
    assert last.left_audience == ["unit:00001"]
    assert not Tile.objects.exists()


@pytest.mark.django_db
def test_a_round_is_a_constant_number_of_statements(django_assert_num_queries):
    """Savepoint (here; BEGIN in life), fence, head, round, head's new seq, release: six, for one tile or for 400."""
    put("alert:first")
    relay_once()
    for many in (1, 400):
        actions.put_tiles(
            actions.TileSpec(
                realm=REALM,
                key=f"alert:{many}-{n}",
                kind="alert",
                monitor="health",
                payload={},
                audience=["province"],
                rank=1,
                since=Tile.objects.get(key="alert:first").since,
            )
            for n in range(many)
        )
        mine = term()
        with django_assert_num_queries(6):
            assert relay_realm(REALM, term=mine).frames == many


def test_what_commits_late_is_framed_late_and_never_skipped(committed):
    locked, release = threading.Event(), threading.Event()

    def slow_writer():
        with transaction.atomic():
            put("alert:slow")
            locked.set()
            release.wait(timeout=10)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert locked.wait(timeout=10)
    put("alert:quick")
    assert relay_once() == 1
    put("alert:later")
    assert relay_once() == 1
    release.set()
    writer.join()
    assert relay_once() == 1
    assert [f.key for f in frames()] == ["alert:quick", "alert:later", "alert:slow"]


def test_a_tile_that_is_being_written_does_not_hold_up_the_others(committed):
    put("alert:held")
    put("alert:free")
    with transaction.atomic():
        Tile.objects.select_for_update().get(key="alert:held")
        done: list[int] = []
        thread = threading.Thread(target=_relay_into, args=(done,))
        thread.start()
        thread.join(timeout=10)
        assert done == [1]
    assert relay_once() == 1


def _relay_into(done):
    done.append(relay_once())
    connection.close()


def test_a_write_during_a_round_makes_a_second_frame_and_is_not_swallowed(committed):
    """Writers and the relay at the same rows: the last frame of every tile says what its row says."""
    stop = threading.Event()
    errors = []

    def write(name):
        try:
            for turn in range(60):
                actions.put_tiles(
                    actions.TileSpec(
                        realm=REALM,
                        key=f"alert:{n}",
                        kind="alert",
                        monitor="health",
                        payload={"turn": turn, "by": name},
                        audience=["province"],
                        rank=1,
                        since=START,
                    )
                    for n in range(20)
                )
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    def relay():
        while not stop.is_set():
            relay_once()
        connection.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(2)]
    relaying = threading.Thread(target=relay)
    for thread in (relaying, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    relaying.join()
    relay_once()
    assert errors == []
    seqs = [f.seq for f in frames()]
    assert seqs == list(range(1, len(seqs) + 1))
    newest = {f.key: (f.version, f.payload) for f in frames()}
    assert newest == {t.key: (t.version, t.payload) for t in Tile.objects.all()}
    assert {v for v, _ in newest.values()} == {120}


@pytest.mark.django_db
def test_a_relay_that_lost_its_lease_writes_nothing():
    mine = term()
    put("alert:a")
    lease.release(LEASE, "test")
    assert lease.acquire(LEASE, "other", lasting=timedelta(minutes=1)) == mine + 1
    with pytest.raises(LostLeaseError):
        relay_realm(REALM, term=mine)
    assert frames() == []
    assert relay_realm(REALM, term=mine + 1).frames == 1


@pytest.mark.django_db
def test_a_head_written_by_a_later_term_refuses_an_earlier_one():
    mine = term()
    put("alert:a")
    relay_once()
    Head.objects.filter(realm=REALM).update(term=mine + 5)
    put("alert:b")
    with pytest.raises(LostLeaseError):
        relay_realm(REALM, term=mine)


@pytest.mark.django_db
def test_another_history_of_the_database_begins_another_epoch():
    put("alert:a")
    relay_once()
    before = Head.objects.get(realm=REALM)
    put("alert:b")
    relay_once()
    assert Head.objects.get(realm=REALM).epoch == before.epoch
    Head.objects.filter(realm=REALM).update(origin="another cluster:00000001")
    put("alert:c")
    relay_once()
    after = Head.objects.get(realm=REALM)
    assert (after.epoch == before.epoch, after.seq, after.origin) == (False, 1, before.origin)


def test_a_round_is_published_after_its_commit_with_what_came_before(committed):
    listener = committed.pubsub(ignore_subscribe_messages=True)
    listener.subscribe("ioc:wall:demo")
    listener.get_message(timeout=1)
    put("alert:a", text="Đắk", audience=["unit:00001"])
    put("alert:b")
    relay_once()
    message = json.loads(listener.get_message(timeout=2)["data"])
    assert (message["realm"], message["prev"]) == ("demo", 0)
    assert message["epoch"] == Head.objects.get(realm=REALM).epoch
    first, second = message["frames"]
    assert (first["seq"], second["seq"]) == (1, 2)
    assert first["audience"] == ["unit:00001"]
    tile = json.loads(first["tile"])
    assert (tile["key"], tile["version"], tile["payload"]["text"]) == ("alert:a", 1, "Đắk")
    actions.remove_tile(realm=REALM, key="alert:b")
    relay_once()
    message = json.loads(listener.get_message(timeout=2)["data"])
    assert message["prev"] == 2
    assert json.loads(message["frames"][0]["tile"]) == {"key": "alert:b", "version": 2, "gone": True}


@pytest.mark.slow
@pytest.mark.django_db
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["put", "move", "remove", "relay"])), max_size=25))
def test_replaying_all_frames_gives_the_tiles(steps):
    with transaction.atomic():
        for turn, (key, verb) in enumerate(steps):
            if verb == "relay":
                relay_once()
            elif verb == "remove":
                actions.remove_tile(realm=REALM, key=f"alert:{key}")
            else:
                audience = ["province", f"unit:{turn % 3:05}"] if verb == "move" else ["province"]
                put(f"alert:{key}", audience=audience, turn=turn)
        relay_once()
        for stream in ("province", "unit:00000", "unit:00001", "unit:00002"):
            assert _replayed(stream) == {
                t.key: t.payload for t in Tile.objects.filter(realm=REALM) if stream in t.audience
            }
        transaction.set_rollback(True)


def _replayed(stream):
    state = {}
    for frame in frames():
        if stream in frame.audience and not frame.gone:
            state[frame.key] = frame.payload
        elif stream in frame.audience or stream in frame.left_audience:
            state.pop(frame.key, None)
    return state
