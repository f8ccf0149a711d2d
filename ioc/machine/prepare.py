"""Everything between an installed machine and a served page; run by the supervisor once the servers are starting.

``python -m ioc.machine.prepare`` exits 0 when the centre can start, else 1 after saying what a person must do.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg

from ioc.machine.child import wait_until
from ioc.machine.database import prepare_database
from ioc.machine.frontend import build, compile_messages, install_packages
from ioc.machine.places import MachineError
from ioc.machine.settings import Machine, export, machine_from_environment


def prepare(machine: Machine) -> None:
    """Do what is missing, front end and database side by side; MachineError when one of them can't be done."""
    (machine.places.var / "static").mkdir(exist_ok=True)  # WhiteNoise looks there too and warns when it can't
    with ThreadPoolExecutor(max_workers=1) as beside:
        front_end = beside.submit(prepare_files)
        _prepare_servers(machine)
        front_end.result()


def prepare_files() -> None:
    """Install packages, build the front end, compile translations, each only when its sources changed."""
    steps: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("npm packages", install_packages),
        ("front end", build),
        ("translations", compile_messages),
    )
    for name, step in steps:
        started = time.monotonic()
        if step():
            print(f"{name}: {time.monotonic() - started:.1f} s")


def _prepare_servers(machine: Machine) -> None:
    if machine.redis:
        wait_until(machine.redis.ready, seconds=30, what="Redis")
    if machine.postgres:
        wait_until(machine.postgres.ready, seconds=60, what="PostgreSQL")
        if not _usable(machine.env["DATABASE_URL"]):
            machine.postgres.prepare()
    prepare_database(
        machine.env["DATABASE_URL"],
        province=machine.env["IOC_PROVINCE"],
        demo=machine.demo,
        accounts=machine.places.var / "demo.json",
        report=lambda step: print(f"database: {step}"),
    )


def _usable(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def main() -> int:
    """Prepare and return the exit status."""
    machine = machine_from_environment()
    export(machine)
    started = time.monotonic()
    try:
        prepare(machine)
    except (MachineError, psycopg.OperationalError) as error:
        print(f"prepare: {error}", file=sys.stderr)
        return 1
    print(f"ready to start after {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
