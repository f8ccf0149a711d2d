"""The real ``script/server`` (after packages and Python), on a folder and a port of its own."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from ioc.machine.places import ROOT
from tests.harness.plugin import SERVERS
from tests.harness.processes import free_port
from tests.harness.waiting import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
PROGRAMS = {"postgres", "redis", "web", "worker", "beat", "relay", "simulator"}


class Server:
    """One start of the centre and what it said."""

    def __init__(self, folder: Path, *arguments: str, **env: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.said = folder.with_suffix(".out")
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("IOC_", "DATABASE", "REDIS"))
        }
        folder.parent.mkdir(parents=True, exist_ok=True)
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ioc.machine.serve", *arguments],
                cwd=ROOT, stdout=output, stderr=output, start_new_session=True,
                env=clean | {"IOC_VAR": str(folder), "IOC_PORT": str(self.port)} | env,
            )  # fmt: skip

    def output(self) -> str:
        return self.said.read_text(encoding="utf-8", errors="replace")

    def answers(self, path: str = "/readyz") -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return False

    def wait_ready(self) -> None:
        wait_for(lambda: self.answers() or self.ended(), seconds=120, what="the centre to be ready")
        assert self.process.poll() is None, self.output()

    def ended(self) -> bool:
        return self.process.poll() is not None

    def programs(self) -> dict[str, int]:
        """Return the process ids of the supervised programs that run, by name."""
        found = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
                environment = stat.with_name("environ").read_bytes()
                state = stat.read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            name = re.search(rb"SUPERVISOR_PROCESS_NAME=(\w+)", environment)
            if parent == self.process.pid and name and state != "Z":
                found[name.group(1).decode()] = int(stat.parent.name)
        return found

    def everybody(self) -> set[int]:
        """Return every process that has this server's folder in its environment or command line."""
        mark = os.fsencode(self.folder)
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in process.joinpath("environ").read_bytes() + process.joinpath("cmdline").read_bytes():
                    found.add(int(process.name))
            except OSError:
                continue
        return found

    def end(self) -> None:
        if not self.ended():
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=40)


@pytest.fixture(scope="module")
def folder():
    return SERVERS.folder / "server"


@pytest.fixture
def server(folder):
    started = Server(folder)
    yield started
    started.end()


@pytest.fixture(scope="module")
def standing(folder):
    """A server that nobody harms."""
    started = Server(folder)
    started.wait_ready()
    yield started
    started.end()


def test_whatever_is_killed_is_back_and_ctrl_c_leaves_nothing_behind(server):
    server.wait_ready()
    wait_for(lambda: server.programs().keys() >= PROGRAMS, what=f"all of {PROGRAMS}")
    wait_for(lambda: "Ctrl-C stops everything" in server.output(), what="the announcement")
    assert "Demo accounts" in server.output()
    before = server.programs()
    for name in sorted(PROGRAMS):
        os.kill(before[name], signal.SIGKILL)
    wait_for(
        lambda: all(server.programs().get(name, before[name]) != before[name] for name in PROGRAMS),
        what=f"all of {PROGRAMS} under new process ids",
    )
    server.wait_ready()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=40) == 0, server.output()
    assert server.everybody() == set()


def test_a_killed_supervisor_leaves_nobody_behind_and_the_next_start_works(server, folder):
    server.wait_ready()
    server.process.kill()
    server.process.wait()
    again = Server(folder)
    try:
        again.wait_ready()
    finally:
        again.end()
    assert again.everybody() == set()


@pytest.mark.usefixtures("standing")
def test_a_second_start_is_refused_and_a_check_beside_a_running_centre_is_not(folder):
    second = Server(folder)
    assert second.process.wait(timeout=30) == 1
    assert "already running" in second.output()
    beside = Server(folder, "--check")
    assert beside.process.wait(timeout=60) == 0, beside.output()


def test_a_taken_port_is_said_before_anything_starts(standing, folder):
    other = Server(folder.with_name("other"), IOC_PORT=str(standing.port))
    assert other.process.wait(timeout=30) == 1
    assert "IOC_PORT=8001 script/server" in other.output()


def test_without_demo_there_are_no_demo_accounts_and_no_simulator(folder):
    server = Server(folder.with_name("live"), IOC_DEMO="0")
    try:
        server.wait_ready()
        wait_for(lambda: server.programs().keys() >= PROGRAMS - {"simulator"}, what="all programs but the simulator")
        assert "simulator" not in server.programs()
        assert not (server.folder / "demo.json").exists()
        wait_for(lambda: "Ctrl-C" in server.output(), what="the announcement")
        assert "Demo accounts" not in server.output()
    finally:
        server.end()
