"""``script/bench wall``: two thousand walls of one server process, and what a browser makes of them.

Everything is counted per second of the server process's own processor time, since the clients of the measurement need
as much again. In the same run: the limit (a prebuilt frame given to the kernel for each socket) and the textbook
(``tests/bench/wall_peers.py``). ``script/bench wall server``, ``browser`` or ``pages`` measures one part only.
"""

import os
import resource
import secrets

import django

from tests.bench.figure import Figure, table
from tests.harness.processes import IocProcesses
from tests.harness.slot import Servers

ENOUGH_FILES = 10_000


def measure(servers: Servers, rest: list[str]) -> list[Figure]:
    """Measure on a demo centre whose panels are computed and whose worker then rests.

    So nothing changes but what the bench changes.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < ENOUGH_FILES:
        message = f"this machine lets a program have {most} files, and two thousand walls and as many clients need more"
        raise RuntimeError(message)
    centre = IocProcesses(servers)
    # This process puts tiles and signs sessions as the centre would.
    os.environ.update(centre.machine.env, IOC_SECRET_KEY=secrets.token_hex(32), DJANGO_SETTINGS_MODULE="ioc.settings")
    django.setup()
    from tests.bench import wall_browser, wall_fill, wall_pages, wall_server  # noqa: PLC0415 - need Django's settings

    parts = {"server": wall_server.measure, "browser": wall_browser.measure, "pages": wall_pages.measure}
    with centre:
        wall_fill.fill(centre)
        figures: list[Figure] = []
        for name, part in parts.items():
            if not rest or name in rest:
                found = part(centre)
                print(table(found), flush=True)  # whatever happens to the next part
                figures += found
        return figures
