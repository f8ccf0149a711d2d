"""Relays as processes of their own, so that they can be killed."""

import os
import signal
import socket
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
from tests.harness.processes import free_port
from tests.harness.waiting import wait_for


def environment(**more):
    """Return what a program needs to work on this test's database and Redis."""
    name = connection.settings_dict["NAME"]
    ours = {
        "DATABASE_URL": SERVERS.postgres.url(name),
        "REDIS_URL": settings.REDIS_URL,
        "IOC_SECRET_KEY": settings.SECRET_KEY,  # sessions are signed
    }
    return {**os.environ, **ours, **more}


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


def _answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port)):
        return True


@contextmanager
def web_process(folder: Path, *, protocol: str = "services.wall.wire:WireProtocol"):
    """Run the site under uvicorn as it is run for real; yields its address and the process."""
    port = free_port()
    options = ["--ws", protocol, "--ws-per-message-deflate", "false", "--lifespan", "off", "--log-level", "warning"]
    log = (folder / "web.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "ioc.asgi:application", "--port", str(port), *options],
        cwd=ROOT,
        env=environment(IOC_PORT=str(port)),
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(lambda: _answers(port), seconds=60, what="uvicorn")
        yield f"127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()
        log.close()


def holder() -> str:
    """Return the process id of the relay that holds the lease now, or an empty text."""
    row = Lease.objects.filter(name=LEASE).extra(where=["until > clock_timestamp()"]).first()
    return row.holder.split(":")[1] if row else ""


def wait_for_relay(process_id: int) -> None:
    wait_for(lambda: holder() == str(process_id), what=f"relay {process_id} to hold the lease", seconds=30)
