"""Relays as processes of their own, so that they can be killed."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from ioc.machine.places import ROOT
from services.kernel.models import Lease
from services.wall.relay import LEASE
from tests.harness.plugin import SERVERS
from tests.harness.waiting import wait_for


def environment(**more):
    """Return what a program needs to work on this test's database and Redis."""
    name = connection.settings_dict["NAME"]
    return {**os.environ, "DATABASE_URL": SERVERS.postgres.url(name), "REDIS_URL": settings.REDIS_URL, **more}


@contextmanager
def relay_process(folder: Path, **more):
    """Run ``manage.py relay`` until the block ends; whatever is left of it is killed."""
    log = (folder / "relay.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "relay"],
        cwd=ROOT,
        env=environment(**more),
        stdout=log,
        stderr=log,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        log.close()


@contextmanager
def forked_relay():
    """Run a relay in a fork of this process (no two seconds of start-up); yields its process id."""
    connection.close()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            from services.wall.relayloop import RelayLoop  # noqa: PLC0415 - only the fork needs it

            RelayLoop().run()
            status = 0
        finally:
            os._exit(status)
    try:
        yield child
    finally:
        end(child)


def end(child: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a fork and wait until it is gone; safe to call twice."""
    try:
        os.kill(child, how)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass


def holder() -> str:
    """Return the process id of the relay that holds the lease now, or an empty text."""
    row = Lease.objects.filter(name=LEASE).extra(where=["until > clock_timestamp()"]).first()
    return row.holder.split(":")[1] if row else ""


def wait_for_relay(process_id: int) -> None:
    wait_for(lambda: holder() == str(process_id), what=f"relay {process_id} to hold the lease", seconds=30)
