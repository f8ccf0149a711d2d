"""Old state + frames = fresh state, whatever was written meanwhile, whoever came, left and came back when."""

import asyncio
import random
import threading

import pytest
from django.db import connection, transaction

from services.wall import actions, hub
from services.wall.models import Tile
from tests.services.wall.kit import REALM, put, relay_once
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


def _lossy(rng, publish):
    return lambda channel, message: rng.random() < 0.2 or publish(channel, message)


@pytest.mark.parametrize("seed", range(4))
def test_every_wall_ends_with_what_a_fresh_snapshot_says(monkeypatch, seed):
    """Two writers, a relay whose messages are lost one time in five, walls of three kinds that come, go and resume."""
    from services.wall import relay  # noqa: PLC0415

    rng = random.Random(seed)
    monkeypatch.setattr(relay, "publish", _lossy(random.Random(seed), relay.publish))
    monkeypatch.setattr(hub, "POLL", 0.1)
    monkeypatch.setattr(hub, "HEARTBEAT", 0.1)
    stop = threading.Event()
    errors = []
    threads = [threading.Thread(target=_write, args=(seed * 10 + n, stop, errors)) for n in range(2)]
    threads.append(threading.Thread(target=_relay, args=(rng, stop)))

    async def visit(open_wall, sessions, started):
        position = {}
        while asyncio.get_running_loop().time() - started < 2.5:
            name = rng.choice(list(sessions))
            wall = await open_wall(sessions[name], **position.get(name, {}))
            if name in position:
                wall.client = position[name].pop("client")
            async with asyncio.timeout(10):
                for _ in range(rng.randint(1, 40)):
                    await wall.next()
            assert wall.client.gaps == 0
            await wall.leave()
            position[name] = {"epoch": wall.client.epoch, "seq": wall.client.seq, "client": wall.client}

    async def scene():
        sessions = await in_db(_people)
        async with walls() as open_wall:
            for thread in threads:
                thread.start()
            started = asyncio.get_running_loop().time()
            staying = {name: await open_wall(session) for name, session in sessions.items()}
            readers = [asyncio.create_task(_read(wall)) for wall in staying.values()]
            await asyncio.gather(*(visit(open_wall, sessions, started) for _ in range(3)))
            stop.set()
            for thread in threads:
                await asyncio.to_thread(thread.join)
            while await in_db(relay_once):
                pass
            await asyncio.sleep(0.5)
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
            for name, wall in staying.items():
                assert wall.client.gaps == 0
                fresh = await open_wall(sessions[name])
                await fresh.until(lambda client, wall=wall: client.seq >= wall.client.seq)
                assert wall.client.tiles == fresh.client.tiles
                assert wall.client.tiles, "nothing was left to compare"
            assert await in_db(Tile.objects.filter(dirty=True).count) == 0
            assert errors == []

    asyncio.run(scene())


async def _read(wall):
    while True:
        output = await wall._wire.output_queue.get()
        wall.take(output)


def _people():
    return {
        "health": sign_in("a", "officer", departments=["so-y-te"]),
        "both": sign_in("b", "officer", departments=["so-y-te", "so-gddt"]),
        "all": sign_in("c"),
    }
