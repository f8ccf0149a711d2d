"""Memory of a centre's programs: what each would leave behind if it went (proportional set size)."""

from pathlib import Path

from tests.bench.figure import Figure
from tests.harness.processes import IocProcesses


def memory(centre: IocProcesses) -> list[Figure]:
    """Return the proportional memory of each program with all its children."""
    return [
        Figure(f"memory of {name}", _proportional(child.pid), "MB")
        for name, child in centre.children.items()
        if name != "redis"
    ]


def _proportional(pid: int) -> float:
    total, waiting = 0.0, [pid]
    while waiting:
        process = waiting.pop()
        try:
            status = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
            waiting += [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("Pss:")) / 1024
    return total
