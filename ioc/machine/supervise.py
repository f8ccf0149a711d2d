"""One supervisor over everything, from the first second: private servers, preparation, the centre's programs.

Supervisor (supervisord.org) is used as a library because it is what the work needs and no more: it restarts what
dies with a growing pause, stops groups in order, kills what does not stop, rotates logs, and has no dependencies.
honcho stops everything when one program ends; circus does all of it but brings ZeroMQ, Tornado and psutil.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from supervisor import events
from supervisor.medusa import asyncore_25
from supervisor.options import ServerOptions
from supervisor.poller import PollPoller
from supervisor.states import SupervisorStates
from supervisor.supervisord import Supervisor

from ioc.machine.places import MachineError
from ioc.machine.programs import Program, configuration

_STREAM_WIDTH = 9


class _QuickPoller(PollPoller):  # type: ignore[misc]  # supervisor has no types
    """Looks after children and signals five times a second: supervisor's own second is too long for a restart."""

    def poll(self, timeout: float) -> Any:
        return super().poll(min(timeout, 0.2))


class Centre(Supervisor):  # type: ignore[misc]  # supervisor has no types
    """Starts servers and preparation, and each other program after the one it waits for.

    Ends when told, when preparation fails, or after it when nothing more was wanted.
    """

    def __init__(self, options: Any, *, after: dict[str, str], check_only: bool) -> None:
        super().__init__(options)
        self.failed = False
        self._after = after
        self._check_only = check_only
        self._partial: dict[str, bytes] = {}

    def runforever(self) -> None:
        """Run until a signal or a failed preparation, then stop everything in order."""
        events.subscribe(events.ProcessLogEvent, self._show)
        events.subscribe(events.ProcessStateExitedEvent, self._on_exit)
        events.subscribe(events.ProcessStateBackoffEvent, self._on_exit)
        events.subscribe(events.ProcessStateStoppedEvent, lambda event: _end_group(event.process.pid))
        super().runforever()

    def handle_signal(self) -> None:
        """Stop on every signal that ends programs, a closed terminal's included (supervisor would reload)."""
        received = self.options.get_signal()
        if received in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
            self._say("centre", "stopping")
            self.options.mood = SupervisorStates.SHUTDOWN

    def _on_exit(self, event: Any) -> None:
        process = event.process
        if self.options.mood != SupervisorStates.RUNNING:
            return
        name = process.config.name
        if process.config.autorestart:
            _end_group(process.pid)
            self._say("centre", f"{name} ended, starting it again ({process.config.stdout_logfile})")
        elif name == "prepare" and (self._check_only or process.exitstatus != 0):
            self.failed = process.exitstatus != 0
            self.options.mood = SupervisorStates.SHUTDOWN
        else:
            self._start_those_after(name)

    def _start_those_after(self, name: str) -> None:
        for group in self.process_groups.values():
            for process in group.processes.values():
                if self._after[process.config.name] == name:
                    process.spawn()

    def _show(self, event: Any) -> None:
        """Copy whole lines of a program's output to ours, with its name in front."""
        name = event.process.config.name
        *lines, rest = (self._partial.get(name, b"") + event.data).split(b"\n")
        self._partial[name] = rest
        for line in lines:
            self._say(name, line.decode(errors="replace"))

    @staticmethod
    def _say(name: str, line: str) -> None:
        try:
            print(f"{name:<{_STREAM_WIDTH}} | {line}", flush=True)
        except OSError:
            # The terminal is gone; the log files under var/log have it all.
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - kept until the process ends


def _end_group(pid: int) -> None:
    """End what a program left running (a killed worker's pool), before its successor starts or everything stops."""
    if not pid:
        return  # stopped while it waited for its next try: nothing runs, and group 0 would be our own
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def supervise(groups: dict[str, list[Program]], *, var: Path, check_only: bool) -> int:
    """Run the groups, first ones first and last ones stopped first; return the exit status."""
    log_folder = var / "log"
    log_folder.mkdir(parents=True, exist_ok=True)
    log_folder.chmod(0o700)  # demo passwords are announced, and what fails may name what nobody else should read
    file = var / "run" / "supervisor.conf"
    file.write_text(_file(groups, var, log_folder), encoding="utf-8")
    options = ServerOptions()
    options.realize(["--configuration", str(file)])
    options.first, options.test = True, False
    options.poller = _QuickPoller(options)
    after = {program.name: program.after for programs in groups.values() for program in programs}
    centre = Centre(options, after=after, check_only=check_only)
    _main(centre.main)
    options.close_logger()
    return 1 if centre.failed else 0


def _main(run: Callable[[], None]) -> None:
    try:
        run()
    except asyncore_25.ExitNow:
        return  # everything has stopped
    except SystemExit as refused:
        # Supervisor's way to say that its configuration or a limit does not do.
        message = f"the supervisor did not start: {refused}"
        raise MachineError(message) from refused


def _file(groups: dict[str, list[Program]], var: Path, log_folder: Path) -> str:
    lines = [
        "[supervisord]",
        "nodaemon=true",
        "silent=true",  # programs' lines and our own go to the terminal; supervisor's own chatter to its file
        f"user={os.geteuid()}",
        f"logfile={log_folder / 'supervisor.log'}".replace("%", "%%"),
        f"pidfile={var / 'run' / 'supervisor.pid'}".replace("%", "%%"),
        f"childlogdir={log_folder}".replace("%", "%%"),
        "",
    ]
    for order, (name, programs) in enumerate(groups.items(), start=1):
        lines += [configuration(program, log_folder) for program in programs]
        members = ",".join(program.name for program in programs)
        lines += [f"[group:{name}]", f"programs={members}", f"priority={order}", ""]
    return "\n".join(lines)
