import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.harness.waiting import wait_for

pytestmark = pytest.mark.slow
DUMMY = Path(__file__).with_name("dummy_centre.py")


class DummyCentre:
    """The dummy centre as a child process, and what it started."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(DUMMY), str(folder), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def pid(self, name: str) -> int:
        """Return the process id that a program noted, once it has."""
        return wait_for(lambda: int((self.folder / name).read_text() or 0), what=f"{name} noted")

    def everybody(self) -> set[int]:
        return {self.pid(f"{name}.{kind}") for name in ("redis", "worker") for kind in ("pid", "child")}

    def end(self) -> str:
        self.process.kill()
        return self.process.communicate(timeout=10)[0]


def alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return status != "Z"


@pytest.fixture
def centre(tmp_path):
    started = DummyCentre(tmp_path, "0")
    yield started
    started.end()
    for noted in tmp_path.glob("*.pid"):
        _kill_quietly(int(noted.read_text()))


def _kill_quietly(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def test_a_killed_program_is_back_within_two_seconds_and_its_own_children_are_gone(centre):
    first, its_child = centre.pid("worker.pid"), centre.pid("worker.child")
    wait_for(lambda: _uptime(first) > 1.2, what="the worker to count as started")
    killed = time.monotonic()
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: centre.pid("worker.pid") != first, what="another worker")
    assert time.monotonic() - killed < 2
    assert not alive(its_child)


def _uptime(pid: int) -> float:
    started_ticks = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19])
    return float(Path("/proc/uptime").read_text().split()[0]) - started_ticks / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_ending_signal_stops_everything_and_leaves_nobody(centre, ending):
    everybody = centre.everybody()
    centre.process.send_signal(ending)
    output, _ = centre.process.communicate(timeout=10)
    assert centre.process.returncode == 0, output
    assert not [pid for pid in everybody if alive(pid)]


def test_a_killed_supervisor_takes_its_programs_with_it(centre):
    programs = {centre.pid("redis.pid"), centre.pid("worker.pid")}
    centre.process.kill()
    wait_for(lambda: not any(map(alive, programs)), what="every program to end")


def test_it_stops_even_when_its_terminal_is_gone(centre):
    everybody = centre.everybody()
    centre.process.stdout.close()  # what the programs say next meets a closed pipe
    centre.process.send_signal(signal.SIGHUP)
    assert centre.process.wait(timeout=10) == 0
    assert not [pid for pid in everybody if alive(pid)]


def test_a_failed_preparation_starts_nothing_more_and_exits_with_1(tmp_path):
    centre = DummyCentre(tmp_path, "7")
    output, _ = centre.process.communicate(timeout=10)
    assert centre.process.returncode == 1
    assert "prepare   | preparing" in output
    assert not (tmp_path / "worker.pid").exists()


def test_check_prepares_and_exits_with_0_without_starting_the_application(tmp_path):
    centre = DummyCentre(tmp_path, "0", "--check")
    output, _ = centre.process.communicate(timeout=10)
    assert centre.process.returncode == 0, output
    assert not (tmp_path / "worker.pid").exists()


def test_a_program_starts_when_the_one_it_waits_for_has_ended(centre):
    assert alive(centre.pid("late.pid"))
    centre.process.send_signal(signal.SIGTERM)
    output, _ = centre.process.communicate(timeout=10)
    assert output.index("greeting  | hello") < output.index("late      | started")


def test_a_program_that_keeps_failing_is_tried_again_and_disturbs_nobody(centre):
    lines: list[str] = []
    while sum("failing" in line for line in lines) < 4:  # says so, ends, is started again, says so
        lines.append(centre.process.stdout.readline())
    assert alive(centre.pid("worker.pid"))
