"""A server as a direct child of this process: started, waited for, stopped. For tests and one-off commands."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ioc.machine.places import MachineError


def wait_until(
    ready: Callable[[], bool], *, seconds: float, what: str, alive: Callable[[], bool] = lambda: True
) -> None:
    """Ask until ``ready`` says yes; MachineError after so many seconds, or at once when it is no longer ``alive``."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not alive() or time.monotonic() > deadline:
            message = f"{what} did not become ready" + ("" if alive() else ": it ended by itself")
            raise MachineError(message)
        time.sleep(0.02)


class Child:
    """One running program with its own process group and its output in a file."""

    def __init__(self, name: str, command: list[str], *, log: Path, stop_with: signal.Signals = signal.SIGTERM) -> None:
        self.name = name
        self.command = command
        self.log = log
        self._stop_with = stop_with
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id; RuntimeError when it was never started."""
        if self._process is None:
            message = f"{self.name} was not started"
            raise RuntimeError(message)
        return self._process.pid

    def start(self, env: dict[str, str] | None = None, cwd: Path = Path("/")) -> None:
        """Start it; a second start while it runs is a RuntimeError."""
        if self.running():
            message = f"{self.name} is already running"
            raise RuntimeError(message)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            # A session of its own: Ctrl-C at the terminal reaches whoever is in charge, who then stops this one.
            self._process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, env=env,
                start_new_session=True,
            )  # fmt: skip

    def running(self) -> bool:
        """Return whether it runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the program and everything it started, and wait for its end."""
        if self._process is None:
            return
        self._signal_group(with_signal)
        self._process.wait(timeout=30)

    def stop(self, *, seconds: float = 10) -> None:
        """Ask it to end, insist after so many seconds, and leave none of its own children."""
        if self._process is None:
            return
        if self.running():
            self._process.send_signal(self._stop_with)
            try:
                self._process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._signal_group(signal.SIGKILL)
        self._process = None

    def _signal_group(self, with_signal: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, with_signal)
