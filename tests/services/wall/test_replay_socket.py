"""The websocket into the past: what it plays, to whom, how fast, and what it refuses."""

import asyncio
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from services.wall import hub, player
from services.wall.door import NO_BOARD, NOT_YOURS, SIGN_IN
from services.wall.replaying import NO_MOMENT
from tests.services.wall.past import HOUR, MINUTE, happened, now
from tests.services.wall.sockets import in_db, sign_in, walls

pytestmark = pytest.mark.usefixtures("committed")
OWN, OTHER = "so-y-te", "so-gddt"


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(player, "STEP", 0.05)


def recorded():
    """An alert of two hours ago that was handed over to another department, and one of an hour ago."""
    at = now() - 2 * HOUR
    happened(at, {"key": "alert:a", "audience": ["province", f"department:{OWN}"], "draw": 1})
    happened(at + HOUR, {"key": "alert:a", "audience": ["province", f"department:{OTHER}"], "draw": 2})
    happened(at + HOUR + MINUTE, {"key": "alert:b", "draw": 3})
    return at


@pytest.mark.slow
def test_a_replay_shows_the_moment_then_what_was_recorded_and_ends_at_now(quick):
    async def scene():
        at = await in_db(recorded)
        async with walls() as open_wall:
            wall = await open_wall(await in_db(sign_in, "o"), board="overview", at=at.isoformat(), speed=3600)
            first = await wall.next()
            assert {tile["key"] for tile in first["tiles"]} == {"alert:a"}
            assert first["now"] == at.isoformat()
            await wall.until(lambda client: "alert:b" in client.tiles)
            fresh = await open_wall(wall_session(wall), board="overview")
            await fresh.next()
            assert (wall.client.tiles, wall.client.gaps) == (fresh.client.tiles, 0)
            while not wall.messages[-1].get("ended"):
                await wall.next()
            assert await wall.close_code() == 1000
            frames = [message for message in wall.messages if message["type"] == "frame"]
            assert [frame["tile"]["payload"]["draw"] for frame in frames] == [2, 3]
            assert frames[0]["at"] == (at + HOUR).isoformat()
            beats = [message["now"] for message in wall.messages if message["type"] == "heartbeat"]
            assert beats == sorted(beats)

    asyncio.run(scene())


def wall_session(wall):
    (_, cookie), *_ = wall._wire.scope["headers"]
    return cookie.decode().partition("=")[2]


@pytest.mark.slow
def test_what_a_department_could_not_see_is_not_in_its_replay(quick):
    async def scene():
        at = await in_db(recorded)
        async with walls() as open_wall:
            seen = {}
            for department in (OWN, OTHER):
                session = await in_db(sign_in, department, "officer", departments=[department])
                wall = await open_wall(session, at=at.isoformat(), speed=3600)
                while not wall.messages or not wall.messages[-1].get("ended"):
                    await wall.next()
                seen[department] = [
                    (tile["key"], bool(tile.get("gone")))
                    for message in wall.messages
                    for tile in message.get("tiles", [message.get("tile")])
                    if tile
                ]
            assert seen == {OWN: [("alert:a", False), ("alert:a", True)], OTHER: [("alert:a", False)]}

    asyncio.run(scene())


def test_a_still_picture_stays_and_says_what_time_it_is_meanwhile(quick):
    async def scene():
        at = await in_db(recorded)
        async with walls() as open_wall:
            wall = await open_wall(await in_db(sign_in, "o"), at=at.isoformat(), speed=0)
            for _ in range(3):
                message = await wall.next()
            assert (message["now"], message["ended"]) == (at.isoformat(), False)
            assert message["real"] > wall.messages[0]["real"] > at.isoformat()
            assert set(wall.client.tiles) == {"alert:a"}

    asyncio.run(scene())


def test_where_frames_are_many_or_begin_a_new_history_a_snapshot_says_the_same(quick, monkeypatch):
    monkeypatch.setattr(player, "MANY", 1)

    async def scene():
        at = await in_db(recorded)
        async with walls() as open_wall:
            wall = await open_wall(await in_db(sign_in, "o"), at=at.isoformat(), speed=3600)
            await wall.until(lambda client: "alert:b" in client.tiles)
            assert wall.client.snapshots > 1
            assert not [message for message in wall.messages if message["type"] == "frame"]

    asyncio.run(scene())


def test_a_replay_ends_with_its_session(monkeypatch):
    monkeypatch.setattr(hub, "RECHECK", 0.1)
    monkeypatch.setattr(player, "STEP", 0.05)

    async def scene():
        at = await in_db(recorded)
        async with walls() as open_wall:
            session = await in_db(sign_in, "o")
            wall = await open_wall(session, at=at.isoformat())
            await wall.next()
            await in_db(_sign_out, session)
            assert await wall.close_code() == SIGN_IN

    asyncio.run(scene())


def _sign_out(session):
    Session.objects.filter(session_key=session).delete()


def test_what_cannot_be_replayed_is_refused_with_its_reason():
    asked = {
        "not-a-time": lambda at: {"at": "yesterday"},
        "future": lambda at: {"at": (now() + HOUR).isoformat()},
        "too-old": lambda at: {"at": (now() - timedelta(days=91)).isoformat()},
        "not-recorded": lambda at: {"at": (at - MINUTE).isoformat()},
        "not-a-speed": lambda at: {"at": at.isoformat(), "speed": "-1"},
    }

    async def scene():
        at = await in_db(recorded)
        async with walls() as open_wall:
            session = await in_db(sign_in, "o")
            for reason, query in asked.items():
                wall = await open_wall(session, **await in_db(query, at))
                assert await wall.closed() == (NO_MOMENT, reason)
            nobody = await in_db(sign_in, "c", "citizen")
            for who, board, code in ((session, "none", NO_BOARD), (nobody, "overview", NOT_YOURS), ("", "", SIGN_IN)):
                wall = await open_wall(who, board=board, at=at.isoformat())
                assert await wall.close_code() == code

    asyncio.run(scene())
