"""``python -m ioc.machine.serve [--check]``: the second half of ``script/server``, after packages and Python."""

import argparse
import fcntl
import resource
import socket
import sys
from pathlib import Path
from typing import IO

from ioc.machine.child import wait_until
from ioc.machine.places import MachineError
from ioc.machine.prepare import prepare
from ioc.machine.programs import application, preparation, servers
from ioc.machine.settings import Machine, export, machine_from_environment
from ioc.machine.supervise import supervise


def main() -> int:
    """Start the centre, or with --check only prepare it; return the exit status."""
    parser = argparse.ArgumentParser(prog="script/server", description="Prepare this machine and run the centre.")
    parser.add_argument("--check", action="store_true", help="prepare everything that is missing, then exit")
    arguments = parser.parse_args()
    machine = machine_from_environment()
    try:
        return _run(machine, check_only=arguments.check)
    except MachineError as error:
        print(f"script/server: {error}", file=sys.stderr)
        return 1


def _run(machine: Machine, *, check_only: bool) -> int:
    lock = _lock(machine.places.var / "run" / "lock")
    if lock is None:
        if not check_only:
            message = f"the centre of this checkout is already running ({machine.places.var / 'run' / 'lock'})"
            raise MachineError(message)
        export(machine)
        prepare(machine)  # on the servers that are running
        return 0
    with lock:
        if not check_only:
            _check_port(machine)
        _wait_for_the_last_one(machine)
        for server in (machine.postgres, machine.redis):
            if server:
                server.create()
        export(machine)
        _raise_file_limit()
        groups = {"servers": servers(machine), "preparation": [preparation()], "application": application(machine)}
        groups = {name: programs for name, programs in groups.items() if programs}
        return supervise(groups, var=machine.places.var, check_only=check_only)


def _lock(file: Path) -> "IO[str] | None":
    """Return the held lock, None when another start holds it; the kernel frees it when its holder dies."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = file.open("a", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _check_port(machine: Machine) -> None:
    family = socket.AF_INET6 if ":" in machine.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((machine.host, machine.port))
        except OSError as error:
            message = (
                f"{machine.host}:{machine.port} can't be used ({error}); choose another: IOC_PORT=8001 script/server"
            )
            raise MachineError(message) from error


def _wait_for_the_last_one(machine: Machine) -> None:
    """After a killed supervisor its servers need a moment to end; a new Redis beside them would lose its socket."""
    for name, server in (("Redis", machine.redis), ("PostgreSQL", machine.postgres)):
        if server and (machine.places.var / "run").exists():
            wait_until(lambda s=server: not _still_up(s), seconds=20, what=f"The end of an earlier {name}")  # type: ignore[misc]


def _still_up(server: object) -> bool:
    ready = getattr(server, "ready", None)
    return bool(ready and ready())


def _raise_file_limit() -> None:
    """Two thousand open walls are two thousand files: use what the machine allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    sys.exit(main())
