"""The server's half of ``script/bench wall``: two thousand sockets on one process."""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from ioc.machine.places import ROOT
from services.directory.models import RoleGrant, User
from services.wall import actions
from tests.bench.figure import Figure, quantile
from tests.bench.wall_clients import Tally, Walls
from tests.bench.wall_fill import settle
from tests.bench.wall_frames import GROUP, TILES, frame_text, key, layers, payload
from tests.harness.processes import IocProcesses, free_port
from tests.harness.waiting import wait_for

WALLS = 2_000
SLICE = 50
"""Sockets of the textbook that come at once: more of them and its layer has no connection for them."""
RUNS = 3
ROUNDS = 60
"""Frames of one run; each is on every wall before the next is made."""
BATCH = 20
TEXTBOOK_ROUNDS = 4
PATH = "/ws/wall/?board=overview"
STALLED = (False, True, True, False) * 3
"""Whether the lazy wall reads nothing, run by run: a machine that gets slower or quicker meanwhile favours neither."""
PACE = 0.1
PACED = 100
_TICKS = os.sysconf("SC_CLK_TCK")


def measure(centre: IocProcesses) -> list[Figure]:
    """Measure in turn: opening, the limit and the hub run by run, pace, a stalled wall, the textbook."""
    cookies = _people()
    with Walls() as walls, Walls() as others, Walls() as lazy, _peers(centre) as peers:
        hub = _Hub(centre, walls)
        hub.begin()
        before = _transactions(centre)
        used = spent(centre.children["web"].pid)
        opened = walls.open(centre.port, PATH, cookies)
        opening = spent(centre.children["web"].pid) - used
        asked = _transactions(centre) - before
        others.open(peers.port, "/limit/", [""] * WALLS)
        limit = _Limit(peers, others)
        hub.run(10, 1)
        limit.run(10)
        single, bare, joined = [], [], []
        for _ in range(RUNS):
            bare.append(limit.run(ROUNDS))
            single.append(hub.run(ROUNDS, 1))
            joined.append(hub.run(ROUNDS // 5, BATCH))
            print(
                f"limit {bare[-1]:.0f}, hub {single[-1]:.0f}, by {BATCH} {joined[-1]:.0f} per core-second", flush=True
            )
        others.hang_up()
        paced = hub.paced()
        beside = hub.beside_a_stalled_one(lazy, cookies[0])
        for _ in range(0, WALLS, SLICE):
            others.open(peers.port, "/textbook/", [""] * SLICE)
        textbook = _Textbook(peers, others).run(TEXTBOOK_ROUNDS)
        astray = hub.astray()
        walls.hang_up()
        hub.end()
    rate, most = statistics.median(single), statistics.median(bare)
    return [
        Figure(f"{WALLS} walls open, the last snapshot", max(opened.opening), "s", at_most=5),
        Figure("processor time of the server meanwhile", opening, "s", at_most=5),
        Figure("transactions of the whole centre meanwhile, per wall", asked / WALLS, "", at_most=1),
        Figure("walls that got no snapshot", float(WALLS - len(opened.opening)), "walls", at_most=0),
        Figure("frames delivered, one by one", rate, "per core-second", "os.write of a prebuilt frame", most,
               at_least=0.45 * most),
        Figure("frames delivered, one by one", rate, "per core-second", "textbook group_send", textbook,
               at_least=20 * textbook),
        Figure(f"frames delivered, {BATCH} at a time", statistics.median(joined), "per core-second",
               "os.write of a prebuilt frame", most),
        Figure(f"10 changes a second on {WALLS} walls, p50", quantile(paced.seconds, 0.5), "s"),
        Figure(f"10 changes a second on {WALLS} walls, p99", quantile(paced.seconds, 0.99), "s", at_most=0.1),
        *beside,
        Figure("gaps that walls noticed", float(hub.seen.gaps), "gaps", at_most=0),
        Figure("gaps that nobody reported", float(hub.seen.unreported), "gaps", at_most=0),
        Figure("walls that lack something in the end", float(astray), "walls", at_most=0),
        Figure("walls that were disconnected", float(hub.seen.lost), "walls", at_most=0),
    ]  # fmt: skip


# --- the hub ---------------------------------------------------------------------------------------------------------


class _Hub:
    """The real way: a tile is put, the relay frames it, the hub hands it to every wall."""

    def __init__(self, centre: IocProcesses, walls: Walls) -> None:
        self._centre = centre
        self._pid, self._port = centre.children["web"].pid, centre.port
        self._walls = walls
        self._number = 0
        self.seen = Tally()

    def begin(self) -> None:
        """Put the tiles that come round, so that all that follows are changes."""
        self._put(TILES)
        settle(self._centre)

    def end(self) -> None:
        """Take them off the wall."""
        actions.remove_tiles(realm="demo", keys=[key(number) for number in range(TILES)])
        settle(self._centre)

    def run(self, rounds: int, size: int) -> float:
        """Return frames per core-second of so many rounds of ``size`` frames, each delivered before the next."""
        began = spent(self._pid)
        for _ in range(rounds):
            self._put(size)
            self._wait(WALLS * size)
        return rounds * size * WALLS / (spent(self._pid) - began)

    def paced(self) -> Tally:
        """Put ten tiles a second whether or not the walls keep up; return what they saw."""
        due = time.monotonic()
        for _ in range(PACED):
            self._put(1)
            due += PACE
            time.sleep(max(0.0, due - time.monotonic()))
        return self._wait(WALLS * PACED)

    def beside_a_stalled_one(self, lazy: Walls, cookie: str) -> list[Figure]:
        """Measure with and without one more wall, which reads nothing for a while and then must catch up."""
        assert lazy.open(self._port, PATH, [cookie], narrow=True).snapshots == 1
        rates: dict[bool, list[float]] = {False: [], True: []}
        told: list[Tally] = []
        for stalled in STALLED:
            told.append(lazy.stall(int(stalled)))
            rates[stalled].append(self.run(ROUNDS // 2, BATCH))
        back = lazy.wait(1_000_000, seconds=5)
        told.append(back)
        free, beside = statistics.median(rates[False]), statistics.median(rates[True])
        return [
            Figure("frames delivered beside a wall that reads nothing", beside, "per core-second", "without it", free,
                   at_least=0.95 * free),
            Figure("snapshots by which that wall came back", float(sum(one.snapshots for one in told)),
                   "snapshots", at_least=1),
            Figure("gaps it noticed or never heard of", float(sum(one.gaps + one.unreported for one in told)),
                   "gaps", at_most=0),
            Figure("frames it lacks in the end", float(self._head() - max(back.positions)), "frames", at_most=0),
        ]  # fmt: skip

    def astray(self) -> int:
        """Return how many walls do not stand where the frames stand."""
        return WALLS - self._walls.wait(0).positions.get(self._head(), 0)

    def _head(self) -> int:
        return int(self._centre.query("SELECT seq FROM wall_head WHERE realm = 'demo'")[0][0])

    def _put(self, size: int) -> None:
        now = datetime.now(UTC)
        tiles = []
        for _ in range(size):
            self._number += 1
            said = payload(round(time.monotonic(), 6), self._number)
            tiles.append(actions.TileSpec(
                realm="demo", key=key(self._number), kind="alert", monitor="health", payload=said,
                audience=["province"], rank=2, since=now,
            ))  # fmt: skip
        actions.put_tiles(tiles)

    def _wait(self, frames: int) -> Tally:
        told = self._walls.wait(frames)
        assert told.frames >= frames, f"{told.frames} frames of {frames} arrived"
        for name in ("gaps", "unreported", "lost"):
            setattr(self.seen, name, getattr(self.seen, name) + getattr(told, name))
        return told


# --- what it is compared with ----------------------------------------------------------------------------------------


class _Peers:
    """The other server's process."""

    def __init__(self, centre: IocProcesses) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "tests.bench.wall_peers", str(self.port)]
        log = (centre.folder / "log" / "peers.log").open("ab")
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=centre.env, stdin=subprocess.PIPE, stdout=log, stderr=log
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self) -> None:
        """Let it write the prebuilt frame to every socket of ``/limit/``."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


@contextmanager
def _peers(centre: IocProcesses) -> Iterator[_Peers]:
    peers = _Peers(centre)
    try:
        wait_for(lambda: _answers(peers.port), seconds=60, what="the server of the peers")
        yield peers
    finally:
        peers.stop()


def _answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port)):
        return True


class _Limit:
    def __init__(self, peers: _Peers, walls: Walls) -> None:
        self._peers, self._walls = peers, walls

    def run(self, rounds: int) -> float:
        """Return frames per core-second of so many rounds, each delivered before the next."""
        began = spent(self._peers.pid)
        for _ in range(rounds):
            self._peers.ask()
            assert self._walls.wait(WALLS).frames >= WALLS
        return rounds * WALLS / (spent(self._peers.pid) - began)


class _Textbook:
    def __init__(self, peers: _Peers, walls: Walls) -> None:
        settings.CHANNEL_LAYERS = layers(settings.REDIS_URL)
        self._pid, self._walls = peers.pid, walls

    def run(self, rounds: int) -> float:
        """Return frames per core-second; those that the layer dropped are not delivered, so they do not count."""
        asyncio.run(self._send(0))
        self._walls.wait(WALLS, seconds=20)
        began, delivered = spent(self._pid), 0
        for number in range(rounds):
            asyncio.run(self._send(number))
            delivered += self._walls.wait(WALLS, seconds=20).frames
        print(f"textbook: {delivered} of {rounds * WALLS} frames delivered", flush=True)
        return delivered / (spent(self._pid) - began)

    async def _send(self, number: int) -> None:
        layer = get_channel_layer()
        assert layer is not None
        await layer.group_send(GROUP, {"type": "wall.frame", "text": frame_text(number)})
        await layer.close_pools()


# --- people, processes, statements -----------------------------------------------------------------------------------


def _people() -> list[str]:
    """Make an operator with a session for each wall; return the cookies."""
    users = [User(username=f"wall{number}", password=make_password(None)) for number in range(WALLS)]
    User.objects.bulk_create(users)
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role="operator") for user in users])
    store, until = SessionStore(), datetime.now(UTC) + timedelta(hours=2)
    rows = [
        Session(session_key=f"wall{user.pk:028d}", session_data=store.encode(_session_of(user)), expire_date=until)
        for user in users
    ]
    Session.objects.bulk_create(rows)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]


def _session_of(user: User) -> dict[str, Any]:
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }


def spent(pid: int) -> float:
    """Return the seconds of processor time that a process, with all its threads, has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _transactions(centre: IocProcesses) -> int:
    """Return the transactions of the centre's database so far, once its connections have told theirs."""
    time.sleep(2)
    found = centre.query("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")
    return int(found[0][0])
