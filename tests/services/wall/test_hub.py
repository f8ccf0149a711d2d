import asyncio

import pytest
from django.contrib.sessions.models import Session

from services.contract import Monitor
from services.directory.models import RoleGrant, User
from services.wall import actions, door, history, hub, visitors
from services.wall.models import WatchedScope
from tests.services.wall.kit import REALM, put, relay_once
from tests.services.wall.sockets import in_db, sign_in, walls

pytestmark = pytest.mark.usefixtures("committed")


def test_a_wall_gets_a_snapshot_worst_first_and_then_frames():
    async def scene():
        operator = await in_db(sign_in, "operator")
        await in_db(put, "alert:mild", rank=1)
        await in_db(put, "ticket:bad", rank=4)
        await in_db(relay_once)
        async with walls() as open_wall:
            wall = await open_wall(operator, board="overview")
            snapshot = await wall.next()
            assert (snapshot["type"], snapshot["seq"]) == ("snapshot", 2)
            assert [tile["key"] for tile in snapshot["tiles"]] == ["ticket:bad", "alert:mild"]
            assert snapshot["totals"] == {
                "alerts": {"open": 1, "unacknowledged": 1},
                "tickets": {"open": 1, "overdue": 0},
            }
            await in_db(put, "alert:new", text="x")
            await in_db(relay_once)
            frame = await wall.next_but_beats()
            assert (frame["type"], frame["seq"], frame["epoch"]) == ("frame", 3, snapshot["epoch"])
            assert frame["prev"] <= snapshot["seq"]
            assert frame["tile"]["key"] == "alert:new"
            assert (frame["tile"]["version"], frame["tile"]["payload"]["text"]) == (1, "x")
            await in_db(actions.remove_tile, realm=REALM, key="ticket:bad")
            await in_db(relay_once)
            frame = await wall.next_but_beats()
            assert (frame["seq"], frame["prev"]) == (4, 3)
            assert frame["tile"] == {"key": "ticket:bad", "version": 2, "gone": True}

    asyncio.run(scene())


def test_a_tile_written_but_not_yet_framed_is_in_the_snapshot_and_its_frame_repeats_it():
    async def scene():
        operator = await in_db(sign_in, "operator")
        await in_db(put, "alert:a")
        async with walls() as open_wall:
            wall = await open_wall(operator)
            snapshot = await wall.next()
            assert [tile["key"] for tile in snapshot["tiles"]] == ["alert:a"]
            await in_db(relay_once)
            await wall.until(lambda client: client.epoch != snapshot["epoch"] or client.seq == 1)
            assert list(wall.client.tiles) == ["alert:a"]

    asyncio.run(scene())


def test_a_frame_for_one_department_never_reaches_another_departments_socket():
    async def scene():
        health = await in_db(sign_in, "a", "officer", departments=["so-y-te"])
        school = await in_db(sign_in, "b", "head", departments=["so-gddt"])
        both = await in_db(sign_in, "c", "officer", departments=["so-y-te", "so-gddt"])
        operator = await in_db(sign_in, "d")
        await in_db(put, "alert:h0", audience=["province", "department:so-y-te"])
        async with walls() as open_wall:
            sockets = {
                name: await open_wall(s) for name, s in zip("hsbo", (health, school, both, operator), strict=True)
            }
            for socket in sockets.values():
                await socket.next()
            await in_db(put, "alert:h1", audience=["province", "department:so-y-te"])
            await in_db(put, "alert:s1", audience=["province", "department:so-gddt"])
            await in_db(put, "alert:end", audience=["province", "department:so-y-te", "department:so-gddt"])
            await in_db(relay_once)
            for socket in sockets.values():
                await socket.until(lambda client: "alert:end" in client.tiles)
            seen = {name: set(socket.client.tiles) - {"alert:end"} for name, socket in sockets.items()}
            assert seen == {
                "h": {"alert:h0", "alert:h1"},
                "s": {"alert:s1"},
                "b": {"alert:h0", "alert:h1", "alert:s1"},
                "o": {"alert:h0", "alert:h1", "alert:s1"},
            }
            assert "alert:h" not in str(sockets["s"].messages)
            assert [socket.client.gaps for socket in sockets.values()] == [0, 0, 0, 0]

    asyncio.run(scene())


def test_whoever_may_no_longer_see_a_tile_gets_a_tombstone_without_its_content():
    async def scene():
        health = await in_db(sign_in, "a", "officer", departments=["so-y-te"])
        operator = await in_db(sign_in, "b")
        await in_db(put, "alert:a", audience=["province", "department:so-y-te"])
        await in_db(relay_once)
        async with walls() as open_wall:
            loser, keeper = await open_wall(health), await open_wall(operator)
            await loser.next()
            await keeper.next()
            await in_db(put, "alert:a", audience=["province", "department:so-gddt"], text="moved")
            await in_db(relay_once)
            assert (await loser.next_but_beats())["tile"] == {"key": "alert:a", "version": 2, "gone": True}
            assert (await keeper.next_but_beats())["tile"]["payload"]["text"] == "moved"

    asyncio.run(scene())


def test_a_board_shows_its_own_monitor_only(monkeypatch):
    async def scene():
        operator = await in_db(sign_in, "operator")
        await in_db(put, "alert:before", monitor="tourism")
        await in_db(relay_once)
        async with walls() as open_wall:
            wall = await open_wall(operator, board="health")
            await wall.next()
            await in_db(put, "alert:other", monitor="tourism")
            await in_db(put, "alert:own", monitor="health")
            await in_db(relay_once)
            assert (await wall.next_but_beats())["tile"]["key"] == "alert:own"

    health = Monitor("health", "Health", "so-y-te", 4, (), (), ())
    monkeypatch.setattr("services.registry._MONITORS", {"health": health})
    asyncio.run(scene())


@pytest.mark.parametrize(
    "role,query,code", [("", {}, 4403), ("citizen", {}, 4403), (None, {}, 4401), ("operator", {"board": "x"}, 4404)]
)
def test_a_refusal_is_a_close_code(role, query, code):
    async def scene():
        session = await in_db(sign_in, "somebody", role) if role is not None else ""
        async with walls() as open_wall:
            wall = await open_wall(session, **query)
            assert await wall.close_code() == code

    asyncio.run(scene())


@pytest.mark.parametrize("session", ["", "nonsense", "x" * 5000])
def test_whoever_has_no_session_is_closed_out(session):
    async def scene():
        async with walls() as open_wall:
            assert await (await open_wall(session)).close_code() == 4401

    asyncio.run(scene())


@pytest.mark.parametrize("query", [{"seq": "-1"}, {"seq": "1e9"}, {"seq": "9" * 30}, {"epoch": "'", "seq": "١"}])
def test_a_nonsensical_position_is_answered_by_a_snapshot(query):
    async def scene():
        operator = await in_db(sign_in, "operator")
        async with walls() as open_wall:
            wall = await open_wall(operator, **query)
            assert (await wall.next())["type"] == "snapshot"

    asyncio.run(scene())


def _sign_out(session):
    Session.objects.filter(session_key=session).delete()


def _switch_off(session):
    User.objects.update(is_active=False)


def _change_password(session):
    user = User.objects.get()
    user.set_password("another long one 2")
    user.save()


def _take_role(session):
    user = User.objects.get()
    RoleGrant.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(access_version=user.access_version + 1)


@pytest.mark.parametrize(
    "change,code", [(_sign_out, 4401), (_switch_off, 4401), (_change_password, 4401), (_take_role, 4403)]
)
@pytest.mark.parametrize("told", [True, False])
def test_who_may_not_stay_is_closed_out_when_told_and_at_the_next_look(monkeypatch, change, code, told):
    monkeypatch.setattr(hub, "RECHECK", 60.0 if told else 0.1)

    async def scene():
        session = await in_db(sign_in, "operator")
        async with walls() as open_wall:
            wall = await open_wall(session)
            await wall.next()
            if told:
                assert await wall.quiet(0.3)
            await in_db(change, session)
            if told:
                user = await in_db(User.objects.get)
                await in_db(actions.account_changed, user.pk)
            assert await wall.close_code() == code
            assert not hub.current().walls

    asyncio.run(scene())


def test_a_check_leaves_those_alone_who_may_stay(monkeypatch):
    monkeypatch.setattr(hub, "RECHECK", 0.02)

    async def scene():
        session = await in_db(sign_in, "operator")
        async with walls() as open_wall:
            wall = await open_wall(session)
            await wall.next()
            assert await wall.quiet(0.3)

    asyncio.run(scene())


def test_streams_that_somebody_watches_are_noted_and_the_province_needs_no_note():
    async def scene():
        health = await in_db(sign_in, "a", "officer", departments=["so-y-te"])
        operator = await in_db(sign_in, "b")
        async with walls() as open_wall:
            for session in (health, operator):
                await (await open_wall(session)).next()
            noted: list[tuple[str, str]] = []
            async with asyncio.timeout(5):
                while not noted:
                    noted = await in_db(lambda: list(WatchedScope.objects.values_list("realm", "stream")))
            assert noted == [(REALM, "department:so-y-te")]

    asyncio.run(scene())


def test_however_many_come_together_they_are_known_by_three_statements_and_checked_by_two(django_assert_num_queries):
    sessions = [sign_in(f"officer{n}", "officer", departments=[("so-y-te", "so-tai-chinh")[n % 2]]) for n in range(12)]
    visitors._reach.clear()
    with django_assert_num_queries(3):
        found = visitors.look_up(sessions)
    assert [found[session].streams for session in sessions[:2]] == [
        ("department:so-y-te",),
        ("department:so-tai-chinh",),
    ]
    with django_assert_num_queries(2):
        assert visitors.look_up(sessions) == found


def test_many_walls_that_come_together_are_a_handful_of_statements(monkeypatch):
    """Two statements to know who comes, one for where the frames stand, one snapshot: not one per wall."""
    statements: list[str] = []
    monkeypatch.setattr(door, "look_up", _counted("who", statements, visitors.look_up))
    monkeypatch.setattr(history, "snapshot", _counted("snapshot", statements, history.snapshot))

    async def scene():
        sessions = await in_db(lambda: [sign_in(f"operator{n}") for n in range(40)])
        async with walls() as open_wall:
            opened = await asyncio.gather(*(open_wall(session) for session in sessions))
            for wall in opened:
                assert (await wall.next())["type"] == "snapshot"

    asyncio.run(scene())
    assert statements.count("who") <= 5
    assert statements.count("snapshot") <= 3


def _counted(name, calls, function):
    def count(*args, **kwargs):
        calls.append(name)
        return function(*args, **kwargs)

    return count
