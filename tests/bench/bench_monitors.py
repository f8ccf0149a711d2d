"""``script/bench monitors``: sources that speak for themselves, at the rate of ten thousand datastreams.

First with everything running: how fast observations are stored and judged, how long until the wall shows what they
mean, and whether a flood of one monitor holds up another. Then at rest, on up to a million records of each monitor's
main table: panels, rules and latest values, each in this process on the centre's own database.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from ioc.env import VARIABLES
from ioc.machine.mosquitto import Mosquitto
from tests.bench.figure import Figure
from tests.bench.streams import make_pack
from tests.harness.databases import prepared
from tests.harness.processes import EVERYTHING, IocProcesses
from tests.harness.slot import Servers


def measure(servers: Servers, rest: list[str]) -> list[Figure]:
    """Measure it all, a half of it (``still``, ``running``), or only the monitors named."""
    folder = servers.folder / "bench-monitors"
    with _centre(servers, folder) as (centre, broker_url):
        from tests.bench import monitors_atrest, monitors_running  # noqa: PLC0415 - need Django's settings

        figures = [] if "still" in rest else monitors_running.measure(centre, broker_url)
        for name in reversed(list(centre.children)):
            centre.children[name].stop(seconds=6)
        return figures if "running" in rest else figures + monitors_atrest.measure(centre, rest)


@contextmanager
def _centre(servers: Servers, folder: Path) -> Iterator[tuple[IocProcesses, str]]:
    """Run a centre with its listener on a province of ten thousand datastreams."""
    prepared(servers.postgres, servers.folder, demo=True)  # before the environment names the larger province
    server = Mosquitto(folder / "mqtt")
    server.create()
    centre = IocProcesses(
        servers,
        programs=(*EVERYTHING, "listener"),
        env={"IOC_PROVINCES_DIR": str(folder / "packs"), "IOC_DB_POOL": "10"},
    )
    centre.machine.env["MQTT_URL"] = server.url()
    make_pack(VARIABLES["IOC_PROVINCE"].default, folder / "packs")
    os.environ.update(centre.env)
    django.setup()
    from tests.bench.load import Broker  # noqa: PLC0415 - needs Django's settings

    with Broker(server), centre:
        yield centre, server.url()
