"""``script/bench start``: from the command to a served page, on an empty folder and on a prepared one."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from ioc.machine.places import ROOT
from tests.bench.figure import Figure
from tests.harness.processes import free_port
from tests.harness.slot import Servers
from tests.harness.waiting import wait_for

_WARM_STARTS = 3


def measure(servers: Servers, rest: list[str]) -> list[Figure]:
    """Start once on an empty folder and three times on the prepared one, up to the log-in page that guards the wall."""
    del rest
    folder = servers.folder / "bench-start"
    shutil.rmtree(folder, ignore_errors=True)
    cold, _ = _start_and_stop(folder)
    warm = [_start_and_stop(folder) for _ in range(_WARM_STARTS)]
    alone = _import_alone()
    return [
        Figure("first start, empty folder", cold, "s"),
        Figure("warm start", max(served for served, _ in warm), "s", "import of the site", alone, at_most=8),
        Figure("stop", max(stopped for _, stopped in warm), "s"),
    ]


def _start_and_stop(folder: Path) -> tuple[float, float]:
    """Return (seconds to a served page, seconds from Ctrl-C to the last process's end)."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with (folder / "bench.out").open("ab") as output:
        process = subprocess.Popen(
            ["script/server"],
            cwd=ROOT, stdout=output, stderr=output, start_new_session=True,
            env=env | {"IOC_VAR": str(folder), "IOC_PORT": str(port)},
        )  # fmt: skip
    try:
        wait_for(lambda: _served(port), seconds=300, what="the wall")
        served = time.monotonic() - started
    finally:
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    return served, time.monotonic() - asked


def _served(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/wall/")
        return connection.getresponse().status in {200, 302}
    finally:
        connection.close()


def _import_alone() -> float:
    """Return the seconds that importing the site takes with nothing beside it: no start can be quicker."""
    started = time.monotonic()
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "ioc.settings"}
    subprocess.run([sys.executable, "-c", "import ioc.asgi"], cwd=ROOT, env=env, check=True)
    return time.monotonic() - started
