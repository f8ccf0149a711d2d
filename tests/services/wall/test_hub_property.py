"""Old state + frames = fresh state, whatever was written meanwhile, whoever came, left and came back when."""

import asyncio
import random
import threading

import pytest
from django.db import connection, transaction

from services.wall import actions, hub, wake
from services.wall.models import Tile
from tests.services.wall.kit import REALM, Client, put, relay_once
from tests.services.wall.sockets import in_db, sign_in, walls

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.slow]

AUDIENCES = (
    ["province"],
    ["province", "department:so-y-te"],
    ["province", "department:so-gddt"],
    ["province", "department:so-y-te", "department:so-gddt"],
)


def _write(seed, stop, errors):
    rng = random.Random(seed)
    try:
        while not stop.is_set():
            _transaction(rng, stop)
    except Exception as error:
        errors.append(error)
    finally:
        connection.close()


@transaction.atomic
def _transaction(rng, stop):
    for number in sorted(rng.sample(range(30), rng.randint(1, 4))):
        if rng.random() < 0.2:
            actions.remove_tile(realm=REALM, key=f"alert:{number:02}")
        else:
            put(f"alert:{number:02}", audience=rng.choice(AUDIENCES), rank=rng.randint(0, 4), draw=rng.random())
    if rng.random() < 0.1:
        transaction.set_rollback(True)
    stop.wait(rng.random() * 0.02)  # some transactions commit late


def _relay(rng, stop):
    while not stop.is_set():
        relay_once(limit=rng.randint(1, 20))
        stop.wait(0.005)
    connection.close()


@pytest.fixture
def busy_realm(monkeypatch):
    """Two writers, and a relay whose messages are lost one time in five: how to start and how to end them."""
    stop = threading.Event()
    errors: list[Exception] = []
    threads: list[threading.Thread] = []

    def start(seed):
        rng = random.Random(seed)
        monkeypatch.setattr("services.wall.relay.publish", lambda *sent: rng.random() < 0.2 or wake.publish(*sent))
        threads.extend(threading.Thread(target=_write, args=(seed * 10 + n, stop, errors)) for n in range(2))
        threads.append(threading.Thread(target=_relay, args=(rng, stop)))
        for thread in threads:
            thread.start()

    def end():
        stop.set()
        for thread in threads:
            thread.join()
        while relay_once():
            pass
        assert errors == []
        assert not Tile.objects.filter(dirty=True).exists()

    yield start, end
    stop.set()


@pytest.mark.parametrize("seed", range(4))
def test_every_wall_ends_with_what_a_fresh_snapshot_says(monkeypatch, busy_realm, seed):
    """Walls of three kinds: some stay, others come, go and resume where they were."""
    monkeypatch.setattr(hub, "POLL", 0.1)
    monkeypatch.setattr(hub, "HEARTBEAT", 0.1)
    start, end = busy_realm

    async def scene():
        sessions = await in_db(_people)
        async with walls() as open_wall:
            start(seed)
            staying = {name: await open_wall(session) for name, session in sessions.items()}
            readers = [asyncio.create_task(_read(wall)) for wall in staying.values()]
            await asyncio.gather(*(_come_and_go(open_wall, sessions, random.Random(seed * 7 + n)) for n in range(3)))
            await in_db(end)
            await asyncio.sleep(0.5)  # what the last look brings
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
            for name, wall in staying.items():
                fresh = await open_wall(sessions[name])
                await fresh.until(lambda client, wall=wall: client.seq >= wall.client.seq)
                assert (wall.client.gaps, wall.client.tiles) == (0, fresh.client.tiles)
                assert wall.client.tiles, "nothing was left to compare"

    asyncio.run(scene())


async def _come_and_go(open_wall, sessions, rng):
    clients: dict[str, Client] = {}
    end = asyncio.get_running_loop().time() + 2.5
    while asyncio.get_running_loop().time() < end:
        name = rng.choice(sorted(sessions))
        known = clients.get(name)
        wall = await open_wall(sessions[name], **({"epoch": known.epoch, "seq": known.seq} if known else {}))
        wall.client = clients[name] = known or wall.client
        async with asyncio.timeout(10):
            for _ in range(rng.randint(1, 40)):
                await wall.next()
        assert wall.client.gaps == 0
        await wall.leave()


async def _read(wall):
    while True:
        wall.take(await wall._wire.output_queue.get())


def _people():
    return {
        "health": sign_in("a", "officer", departments=["so-y-te"]),
        "both": sign_in("b", "officer", departments=["so-y-te", "so-gddt"]),
        "all": sign_in("c"),
    }
