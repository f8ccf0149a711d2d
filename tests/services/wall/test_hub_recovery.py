import asyncio

import pytest

from services.wall import actions, catchup, history, hub, wake
from services.wall.models import Head, Tile
from tests.harness.plugin import SERVERS
from tests.services.wall.kit import REALM, put, relay_once, spec
from tests.services.wall.sockets import in_db, sign_in, walls

pytestmark = pytest.mark.usefixtures("committed")


async def framed(*keys, **more):
    for key in keys:
        await in_db(put, key, **more)
        await in_db(relay_once)


@pytest.fixture
def deaf(monkeypatch):
    """The relay's messages are lost; a list of what to lose next can be set on it."""

    def publish(channel, message):
        return False

    monkeypatch.setattr("services.wall.relay.publish", publish)


def test_frames_whose_message_was_lost_come_with_the_next_look(deaf, monkeypatch):
    monkeypatch.setattr(hub, "POLL", 0.1)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            await wall.next()
            await framed("alert:b", "alert:c")
            await wall.until(lambda client: client.seq == 3)
            assert (wall.client.applied, wall.client.snapshots, wall.client.gaps) == ([2, 3], 1, 0)

    asyncio.run(scene())


def test_a_hole_in_what_redis_brings_is_noticed_at_once_and_filled_in_order(monkeypatch):
    monkeypatch.setattr(hub, "POLL", 60.0)
    lose: list[bool] = []

    def publish(channel, message):
        return lose.pop() if lose else wake.publish(channel, message)

    monkeypatch.setattr("services.wall.relay.publish", publish)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            await wall.next()
            await asyncio.sleep(0.2)
            lose.extend([True, True])
            await framed("alert:b", "alert:c")
            assert await wall.quiet()
            await framed("alert:d")
            await wall.until(lambda client: client.seq == 4)
            assert (wall.client.applied, wall.client.snapshots, wall.client.gaps) == ([2, 3, 4], 1, 0)

    asyncio.run(scene())


def test_without_redis_frames_come_by_polling_and_with_it_quickly_again(monkeypatch):
    monkeypatch.setattr(wake, "PAUSE", 0.0)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            await wall.next()
            await in_db(SERVERS.children["redis"].kill)
            await framed("alert:b")
            await wall.until(lambda client: client.seq == 2)
            SERVERS.start_redis()  # not in a thread: the server dies with the thread that started it
            monkeypatch.setattr(hub, "POLL", 60.0)
            async with asyncio.timeout(10):
                while not hub.current()._redis_is_up:
                    await asyncio.sleep(0.02)
            await framed("alert:c")
            await wall.until(lambda client: client.seq == 3)
            assert (wall.client.applied, wall.client.snapshots, wall.client.gaps) == ([2, 3], 1, 0)

    try:
        asyncio.run(scene())
    finally:
        if not SERVERS.children["redis"].running():
            SERVERS.start_redis()


def _no_database(*args, **kwargs):
    raise AssertionError("the database was asked although the ring has it")


def test_a_wall_that_comes_back_gets_what_it_missed_from_the_ring(monkeypatch):
    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            stays, leaves = await open_wall(operator), await open_wall(operator)
            await leaves.next()
            await leaves.leave()
            await framed("alert:b", "alert:c")
            await stays.until(lambda client: client.seq == 3)
            monkeypatch.setattr(history, "frames_after", _no_database)
            monkeypatch.setattr(history, "snapshot", _no_database)
            back = await open_wall(operator, epoch=leaves.client.epoch, seq=leaves.client.seq)
            back.client = leaves.client
            await back.until(lambda client: client.seq == 3)
            assert (back.client.applied, back.client.snapshots, back.client.gaps) == ([2, 3], 1, 0)
            assert (await back.next())["type"] == "heartbeat"

    asyncio.run(scene())


def test_a_wall_that_comes_back_to_a_new_process_gets_what_it_missed_from_the_table(monkeypatch):
    async def scene():
        health = await in_db(sign_in, "a", "officer", departments=["so-y-te"])
        mine = {"audience": ["province", "department:so-y-te"]}
        await framed("alert:a", **mine)
        async with walls() as open_wall:
            leaves = await open_wall(health)
            await leaves.next()
        await framed("alert:b", **mine)
        await framed("alert:not-mine")
        await framed("alert:c", **mine)
        async with walls() as open_wall:
            monkeypatch.setattr(history, "snapshot", _no_database)
            back = await open_wall(health, epoch=leaves.client.epoch, seq=leaves.client.seq)
            back.client = leaves.client
            await back.until(lambda client: client.seq == 4)
            await framed("alert:d", **mine)
            await back.until(lambda client: client.seq == 5)
            assert (back.client.applied, back.client.gaps) == ([2, 4, 5], 0)
            assert sorted(back.client.tiles) == ["alert:a", "alert:b", "alert:c", "alert:d"]

    asyncio.run(scene())


@pytest.mark.parametrize("limit", ["RESUME_SPAN", "RESUME_FRAMES"])
def test_a_wall_that_was_away_for_too_long_gets_a_snapshot(monkeypatch, limit):
    monkeypatch.setattr(catchup, limit, 1)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a", "alert:b", "alert:c")
        epoch = (await in_db(Head.objects.get)).epoch
        async with walls() as open_wall:
            wall = await open_wall(operator, epoch=epoch, seq=1)
            assert (await wall.next())["type"] == "snapshot"

    asyncio.run(scene())


def test_a_position_in_another_epoch_is_answered_by_a_snapshot():
    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator, epoch="an older one", seq=1)
            assert (await wall.next())["type"] == "snapshot"

    asyncio.run(scene())


def test_a_wall_that_knows_more_than_this_process_makes_it_catch_up(deaf, monkeypatch):
    monkeypatch.setattr(hub, "POLL", 60.0)
    monkeypatch.setattr(hub, "POLL_WITHOUT_REDIS", 60.0)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            first = await open_wall(operator)
            await first.next()
            assert await first.quiet()
            await framed("alert:b")
            second = await open_wall(operator, epoch=first.client.epoch, seq=2)
            assert (await second.next())["type"] == "heartbeat"
            await first.until(lambda client: client.seq == 2)

    asyncio.run(scene())


def test_a_new_epoch_reaches_open_walls_as_a_snapshot(deaf, monkeypatch):
    monkeypatch.setattr(hub, "POLL", 0.05)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            before = (await wall.next())["epoch"]
            await in_db(Head.objects.update, origin="another:1")
            await framed("alert:b")
            await wall.until(lambda client: client.epoch != before)
            assert (sorted(wall.client.tiles), wall.client.seq) == (["alert:a", "alert:b"], 1)
            await framed("alert:c")
            await wall.until(lambda client: client.seq == 2)
            assert wall.client.snapshots == 2

    asyncio.run(scene())


def test_a_database_that_went_back_in_time_is_noticed(monkeypatch):
    monkeypatch.setattr(hub, "POLL", 0.05)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a", "alert:b", "alert:c")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            await wall.next()
            await in_db(Tile.objects.filter(key="alert:c").delete)
            await in_db(Head.objects.update, seq=2)
            await wall.until(lambda client: client.snapshots == 2)
            assert (sorted(wall.client.tiles), wall.client.seq) == (["alert:a", "alert:b"], 2)

    asyncio.run(scene())


def test_a_wiped_realm_is_empty_on_every_wall(monkeypatch):
    monkeypatch.setattr(hub, "POLL", 0.05)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            await wall.next()
            await in_db(actions.wipe, REALM)
            await wall.until(lambda client: not client.tiles)
            await framed("alert:b")
            await wall.until(lambda client: list(client.tiles) == ["alert:b"])

    asyncio.run(scene())


def test_too_many_missed_frames_are_a_snapshot(deaf, monkeypatch):
    monkeypatch.setattr(hub, "POLL", 0.3)
    monkeypatch.setattr(catchup, "CATCH_UP", 3)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            await wall.next()
            await in_db(actions.put_tiles, [actions.TileSpec(**spec(f"alert:{n}")) for n in range(5)])
            await in_db(relay_once)
            await wall.until(lambda client: client.snapshots == 2)
            assert (len(wall.client.tiles), wall.client.applied) == (6, [])

    asyncio.run(scene())


def test_a_heartbeat_names_the_last_frame_that_concerned_the_wall_and_the_realms_clock(monkeypatch):
    monkeypatch.setattr(hub, "HEARTBEAT", 0.05)

    async def scene():
        health = await in_db(sign_in, "a", "officer", departments=["so-y-te"])
        operator = await in_db(sign_in, "b")
        await framed("alert:a")
        async with walls() as open_wall:
            theirs, all_of_it = await open_wall(health), await open_wall(operator)
            for wall in (theirs, all_of_it):
                await wall.next()
            await framed("alert:b")
            await framed("alert:c", audience=["department:so-y-te", "province"])
            await framed("alert:d")
            for wall, last in ((theirs, 3), (all_of_it, 4)):
                await wall.until(lambda client, last=last: client.seq == last)
                beat = await wall.next()
                assert (beat["type"], beat["seq"]) == ("heartbeat", last)
                assert beat["now"].endswith("+00:00")
                assert wall.client.gaps == 0

    asyncio.run(scene())


@pytest.mark.parametrize("limit", ["BLIND_AFTER", "STALLED_AFTER"])
def test_heartbeats_stop_while_nobody_can_vouch_for_the_wall(monkeypatch, limit):
    """Blind: no look at the database for too long. Stalled: a change waits too long for the relay."""
    monkeypatch.setattr(hub, "HEARTBEAT", 0.02)
    monkeypatch.setattr(hub, "POLL", 0.05)

    async def scene():
        operator = await in_db(sign_in, "operator")
        await framed("alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            await wall.next()
            assert (await wall.next())["type"] == "heartbeat"
            await in_db(put, "alert:waits")
            await asyncio.sleep(0.2)  # for looks that see it wait
            monkeypatch.setattr(catchup, limit, 0.0)
            async with asyncio.timeout(5):
                while not await wall._wire.receive_nothing(timeout=0.2):
                    await wall.next()

    asyncio.run(scene())


def test_entities_that_do_not_fit_are_counted_and_come_when_there_is_room(monkeypatch):
    monkeypatch.setattr(hub, "HEARTBEAT", 0.05)
    monkeypatch.setattr(hub, "RECOUNT", 0.1)

    async def scene():
        operator = await in_db(sign_in, "operator")
        many = [actions.TileSpec(**spec(f"alert:{n:03}", rank=n % 5)) for n in range(520)]
        await in_db(actions.put_tiles, many)
        await in_db(relay_once, limit=1000)
        async with walls() as open_wall:
            wall = await open_wall(operator)
            snapshot = await wall.next()
            assert len(snapshot["tiles"]) == 500
            assert snapshot["totals"]["alerts"] == {"open": 520, "unacknowledged": 520}
            shown = set(wall.client.tiles)
            assert {f"alert:{n:03}" for n in range(520) if n % 5} < shown, "the mildest ones are those left out"
            while not (beat := await wall.next()).get("totals") or beat["type"] != "heartbeat":
                pass
            assert beat["totals"]["alerts"]["open"] == 520
            await in_db(actions.remove_tiles, realm=REALM, keys=sorted(shown)[:100])
            await in_db(relay_once)
            await wall.until(lambda client: len(client.tiles) == 420)

    asyncio.run(scene())
