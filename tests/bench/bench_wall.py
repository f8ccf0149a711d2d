"""``script/bench wall``: two thousand walls of one server process, and what a browser makes of them.

Everything is counted per second of the server process's own processor time, since the clients of the measurement need
as much again. In the same run: the limit (a prebuilt frame given to the kernel for each socket) and the textbook
(``tests/bench/wall_peers.py``). ``script/bench wall server`` or ``browser`` measures one half only.
"""

import os
import resource
import secrets
from collections.abc import Callable
from contextlib import ExitStack

import django

from tests.bench.figure import Figure
from tests.harness.processes import IocProcesses
from tests.harness.slot import Servers

ENOUGH_FILES = 16_384


def measure(servers: Servers, rest: list[str]) -> list[Figure]:
    """Measure both halves on a demo centre whose worker stands still: nothing changes but what the bench changes."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < ENOUGH_FILES:
        message = f"this machine lets a program have {most} files, and two thousand walls need more"
        raise RuntimeError(message)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ioc.settings")
    figures: list[Figure] = []
    for name, half in _halves().items():
        if not rest or name in rest:
            figures += half(servers)
    return figures


def _halves() -> dict[str, Callable[[Servers], list[Figure]]]:
    return {"server": _server, "browser": _browser}


def _server(servers: Servers) -> list[Figure]:
    with ExitStack() as stack:
        centre = IocProcesses(servers, programs=("web", "relay"))
        os.environ.update(centre.machine.env, IOC_SECRET_KEY=secrets.token_hex(32))  # sessions are signed
        django.setup()
        from tests.bench import wall_server  # noqa: PLC0415 - needs Django's settings

        return wall_server.measure(stack.enter_context(centre))


def _browser(servers: Servers) -> list[Figure]:
    return []
