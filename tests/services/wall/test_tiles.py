import threading

import pytest
from django.db import connection, transaction

from services.wall import actions
from services.wall.models import PanelDirty, SourceSilence, Tile
from tests.services.wall.kit import REALM, put, relay_once, spec


@pytest.mark.django_db
def test_a_tile_written_again_is_one_row_with_a_higher_version():
    put("alert:a", text=1)
    put("alert:a", text=2)
    tile = Tile.objects.get(realm=REALM, key="alert:a")
    assert (tile.version, tile.payload["text"], tile.dirty) == (2, 2, True)


@pytest.mark.django_db
def test_many_tiles_are_one_statement(django_assert_num_queries):
    tiles = [actions.TileSpec(**spec(f"alert:{n}")) for n in range(300)]
    with django_assert_num_queries(1):
        actions.put_tiles(tiles)
    assert Tile.objects.count() == 300


@pytest.mark.django_db
def test_of_several_writes_of_one_tile_in_a_batch_the_last_counts():
    actions.put_tiles([actions.TileSpec(**spec("alert:a", text=n)) for n in range(3)])
    assert Tile.objects.get().payload["text"] == 2


@pytest.mark.django_db
def test_streams_that_leave_the_audience_are_remembered_until_framed():
    put("alert:a", audience=["province", "unit:00001"])
    relay_once()
    put("alert:a", audience=["province", "unit:00002"])
    put("alert:a", audience=["province", "unit:00003"])
    tile = Tile.objects.get()
    assert tile.left_audience == ["unit:00001", "unit:00002"]
    put("alert:a", audience=["province", "unit:00001"])
    assert Tile.objects.get().left_audience == ["unit:00002", "unit:00003"]
    relay_once()
    assert Tile.objects.get().left_audience == []


@pytest.mark.django_db
def test_a_removed_tile_that_comes_back_before_it_was_framed_is_not_gone():
    put("alert:a")
    relay_once()
    actions.remove_tile(realm=REALM, key="alert:a")
    put("alert:a", text="again")
    tile = Tile.objects.get()
    assert (tile.gone, tile.dirty, tile.version) == (False, True, 3)


@pytest.mark.django_db
def test_removing_what_is_not_there_changes_nothing():
    actions.remove_tiles(realm=REALM, keys=["alert:x", "alert:y"])
    assert not Tile.objects.exists()


def _cross(keys, barrier, errors):
    try:
        barrier.wait(timeout=10)
        for _ in range(20):
            with transaction.atomic():
                actions.put_tiles([actions.TileSpec(**spec(key)) for key in keys])
    except Exception as error:
        errors.append(error)
    finally:
        connection.close()


def test_writers_of_the_same_tiles_in_opposite_order_do_not_deadlock(committed):
    keys = [f"alert:{n:03}" for n in range(60)]
    barrier = threading.Barrier(2)
    errors: list[Exception] = []
    threads = [threading.Thread(target=_cross, args=(k, barrier, errors)) for k in (keys, keys[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Tile.objects.filter(version=40).count() == 60


def test_marking_panels_waits_for_nobody(committed):
    marked = threading.Event()

    def mark():
        with transaction.atomic():
            actions.mark_panels(realm=REALM, monitor="health", sources=["cases"])
        marked.set()
        connection.close()

    with transaction.atomic():
        actions.mark_panels(realm=REALM, monitor="health", sources=["cases"])
        thread = threading.Thread(target=mark)
        thread.start()
        assert marked.wait(timeout=5), "a mark waited for another writer's commit"
    thread.join()
    assert PanelDirty.objects.count() == 2


@pytest.mark.django_db
def test_a_silent_source_is_noted_and_forgotten_when_it_speaks():
    actions.set_source_silence(realm=REALM, source="health/cases", since=spec("alert:a")["since"])
    assert SourceSilence.objects.get().source == "health/cases"
    assert PanelDirty.objects.get().sources == ["cases"]
    actions.set_source_silence(realm=REALM, source="health/cases", since=None)
    assert not SourceSilence.objects.exists()


def test_many_writes_of_one_transaction_wake_the_relay_once(committed):
    listener = committed.pubsub(ignore_subscribe_messages=True)
    listener.subscribe("ioc:wall:wake")
    listener.get_message(timeout=1)
    with transaction.atomic():
        for n in range(5):
            put(f"alert:{n}")
        assert listener.get_message(timeout=0.1) is None
    assert listener.get_message(timeout=2) is not None
    assert listener.get_message(timeout=0.1) is None


@pytest.mark.django_db
def test_wiping_a_realm_leaves_nothing_of_it_and_all_of_the_others():
    put("alert:a")
    put("alert:b", realm="drill-1")
    relay_once()
    relay_once("drill-1")
    actions.wipe("drill-1")
    assert list(Tile.objects.values_list("key", flat=True)) == ["alert:a"]
