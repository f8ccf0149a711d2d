"""What the overview shows while ``script/bench wall`` measures: every monitor's panels, and some alerts."""

from tests.flow.kit import Source, report
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

ALERTS = 12
PANELS = 20


def fill(centre: IocProcesses) -> None:
    """Let panels be computed and alerts be open, then end the worker and the beat: nothing changes by itself."""
    source = Source(centre, seconds=120)
    for _ in range(ALERTS):
        source.post(report(urgent=True)).raise_for_status()
    wait_for(lambda: _count(centre, "alert") >= ALERTS, seconds=300, what="alerts on the wall", every=1)
    wait_for(lambda: _count(centre, "panel") >= PANELS, seconds=300, what="panels on the wall", every=1)
    for name in ("worker", "beat"):
        centre.kill(name)
    settle(centre)


def settle(centre: IocProcesses) -> None:
    """Wait until every tile is framed."""
    wait_for(lambda: not centre.query("SELECT 1 FROM wall_tile WHERE dirty"), seconds=60, what="every tile framed")


def _count(centre: IocProcesses, kind: str) -> int:
    return int(centre.query("SELECT count(*) FROM wall_tile WHERE kind = %s AND NOT gone", kind)[0][0])
