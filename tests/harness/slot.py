"""A slot is one private cluster and Redis under var/test: test runs that overlap take different ones."""

import fcntl
import os
import signal
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from ioc.machine.child import Child, wait_until
from ioc.machine.places import ROOT, places
from ioc.machine.postgres import Postgres
from ioc.machine.redisserver import RedisServer

TEST_ROOT = ROOT / "var" / "test"
_MOST_SLOTS = 16


@dataclass
class Servers:
    """A PostgreSQL cluster and a Redis in one folder, started and stopped together; losing power is not survived.

    ``tidy``: the cluster vacuums by itself, as a centre's does; of no use to tests that roll everything back.
    """

    folder: Path
    tidy: bool = True
    postgres: Postgres = field(init=False)
    redis: RedisServer = field(init=False)
    children: dict[str, Child] = field(init=False)

    def __post_init__(self) -> None:
        where = places(self.folder)
        self.postgres = Postgres(where.var / "pg", where.run / "pg", durable=False, tidy=self.tidy)
        self.redis = RedisServer(where.var / "redis", where.run / "redis.sock")
        self.children = {}

    def start(self) -> None:
        """Start both and wait until they answer."""
        self.postgres.create()
        self.redis.create()
        self.start_postgres()
        self.start_redis()
        self.postgres.prepare()

    def start_postgres(self) -> None:
        """Start PostgreSQL (again) and wait until it answers."""
        log = self.folder / "log" / "postgres.log"
        child = Child("postgres", self.postgres.command(), log=log, stop_with=signal.SIGINT)
        self.children["postgres"] = child
        child.start()
        wait_until(self.postgres.ready, seconds=30, what="PostgreSQL", alive=child.running)

    def restart_postgres(self, *, tidy: bool) -> None:
        """Stop PostgreSQL and start it with or without vacuum; whoever is connected is thrown out."""
        self.children["postgres"].stop()
        self.postgres = replace(self.postgres, tidy=tidy)
        self.start_postgres()

    def start_redis(self) -> None:
        """Start Redis (again) and wait until it answers."""
        child = Child("redis", self.redis.command(), log=self.folder / "log" / "redis.log")
        self.children["redis"] = child
        child.start()
        wait_until(self.redis.ready, seconds=30, what="Redis", alive=child.running)

    def stop(self) -> None:
        """Stop both; safe to call twice."""
        for child in self.children.values():
            child.stop()


def take_slot() -> tuple[Path, IO[str]]:
    """Return the folder of the first free slot and the lock that keeps it ours for as long as it is open."""
    for number in range(_MOST_SLOTS):
        folder = TEST_ROOT / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return folder, lock
    message = f"{_MOST_SLOTS} test runs are already under way in {TEST_ROOT}"
    raise RuntimeError(message)
