"""A whole centre for tests: real web server, worker, beat and relay on a database and a Redis of their own."""

import http.client
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from ioc.machine.child import Child, wait_until
from ioc.machine.places import ROOT, places
from ioc.machine.programs import application
from ioc.machine.redisserver import RedisServer
from ioc.machine.settings import Machine
from tests.harness.databases import clone, drop, prepared
from tests.harness.slot import Servers
from tests.harness.waiting import wait_for

EVERYTHING = ("web", "worker", "beat", "relay")
RUNNING: "list[IocProcesses]" = []
_NUMBERS = itertools.count(1)


class IocProcesses:
    """One running centre; use it as a context manager.

    ``programs`` names what is started (of web, worker, beat, relay, simulator), ``env`` changes settings, and
    ``servers`` is the cluster its database is cloned in: the run's own one, or one that a test may kill. ``root`` is
    the checkout whose programs run: this one, or a changed copy, whose own migrations are done first.
    ``url`` is where it answers; ``accounts`` and ``tokens`` are those of its demo data.
    """

    def __init__(
        self,
        servers: Servers,
        *,
        programs: Sequence[str] = EVERYTHING,
        demo: bool = True,
        env: dict[str, str] | None = None,
        root: Path = ROOT,
    ) -> None:
        self._servers = servers
        self._programs = tuple(programs)
        self._demo = demo
        self._changes = env or {}
        self._root = root
        number = next(_NUMBERS)
        self.folder = servers.folder / "centres" / str(number)
        self.database = f"centre_{number}"
        shutil.rmtree(self.folder, ignore_errors=True)
        where = places(self.folder)
        self.redis = RedisServer(where.var / "redis", where.run / "redis.sock")
        self.port = free_port()
        self.machine = Machine(
            places=where,
            postgres=None,
            redis=None,
            host="127.0.0.1",
            port=self.port,
            demo=demo,
            env={
                "DATABASE_URL": servers.postgres.url(self.database),
                "REDIS_URL": self.redis.url(),
                "IOC_VAR": str(where.var),
                "IOC_DEMO": "1" if demo else "0",
                "IOC_HOST": "127.0.0.1",
                "IOC_PORT": str(self.port),
            },
        )
        self.children: dict[str, Child] = {}
        self.accounts: dict[str, str] = {}
        self.tokens: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Where the web server answers."""
        return self.machine.url

    @property
    def websocket_url(self) -> str:
        """The same for websockets."""
        return self.url.replace("http://", "ws://")

    @property
    def env(self) -> dict[str, str]:
        """The environment of its programs, for one more of them."""
        return os.environ | {"DJANGO_SETTINGS_MODULE": "ioc.settings"} | self.machine.env | self._changes

    def __enter__(self) -> "IocProcesses":
        """Clone the database, start everything and wait until it is ready."""
        RUNNING.append(self)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything and drop the database."""
        self.stop()

    def _start(self) -> None:
        template = prepared(self._servers.postgres, self._servers.folder, demo=self._demo)
        clone(self._servers.postgres, template, self.database)
        if self._demo:
            shutil.copy(template.folder / "demo.json", self.folder / "demo.json")
            demo = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
            self.accounts, self.tokens = demo["accounts"], demo["tokens"]
        if self._root != ROOT:
            self.manage("migrate", "--verbosity=0")
        self.redis.create()
        known = {program.name: program for program in application(self.machine)}
        self.children["redis"] = Child("redis", self.redis.command(), log=self.folder / "log" / "redis.log")
        for name in self._programs:
            log = self.folder / "log" / f"{name}.log"
            self.children[name] = Child(name, known[name].command, log=log)
        for name in self.children:
            self.start(name)
        self.wait_ready()

    def start(self, name: str) -> None:
        """Start one program (again); Redis is waited for, the others come up in their own time."""
        child = self.children[name]
        child.start(env=self.env, cwd=self._root)
        if name == "redis":
            wait_until(self.redis.ready, seconds=20, what="Redis", alive=child.running)

    def manage(self, *arguments: str) -> str:
        """Run a management command of this centre and return what it said."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=self._root, env=self.env, check=False, capture_output=True, text=True)
        if done.returncode:
            message = f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
            raise RuntimeError(message)
        return done.stdout.strip()

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """End one program at once, with everything it started; it stays down until ``start``."""
        self.children[name].kill(with_signal)

    def signal(self, name: str, with_signal: signal.Signals) -> None:
        """Send one program, with everything it started, a signal that does not end it."""
        os.killpg(self.children[name].pid, with_signal)

    def restart(self, name: str) -> None:
        """Kill one program and start it again."""
        self.kill(name)
        self.start(name)

    def running(self, name: str) -> bool:
        """Return whether a program runs."""
        return self.children[name].running()

    def wait_ready(self, *, seconds: float = 120) -> None:
        """Wait until the site answers and says that everything it needs is there."""
        if "web" in self._programs:
            wait_for(lambda: self.status("/healthz") == 200, seconds=seconds, what="/healthz")
            if "relay" in self._programs:
                wait_for(lambda: self.status("/readyz") == 200, seconds=seconds, what="/readyz")

    def status(self, path: str) -> int:
        """Return the HTTP status of a page, 0 when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except (OSError, http.client.HTTPException):
            return 0

    def query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run SQL in the centre's database and return its rows."""
        with psycopg.connect(self.machine.env["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def logs(self, *, lines: int = 40) -> str:
        """Return the last lines that each program said."""
        parts = []
        for file in sorted((self.folder / "log").glob("*.log")):
            tail = file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
            parts.append("\n".join([f"--- {file.name}", *tail]))
        return "\n".join(parts)

    def stop(self) -> None:
        """Stop everything, last started first, and drop the database; safe to call twice."""
        for child in reversed(self.children.values()):
            child.stop(seconds=6)
        if self._servers.children["postgres"].running():
            drop(self._servers.postgres, self.database)
        if self in RUNNING:
            RUNNING.remove(self)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
