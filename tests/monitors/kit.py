"""What tests of monitors share: real payload files through the real intake, then the rules."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services import registry
from services.contract import Cleared, Figure, Finding, Moment, Result, Scope
from services.intake import bodies, receive
from services.intake.evaluation import ensure_runs, evaluate_due, sweep_due
from services.intake.models import RuleRun
from services.intake.receiving import Receipt
from services.kernel import clock
from services.tickets import following

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TYPES = {".json": "application/json", ".ndjson": "application/x-ndjson", ".csv": "text/csv"}
SOURCES = {monitor.slug: f"{monitor.slug}/{monitor.sources[0].slug}" for monitor in registry.monitors()}
"""The source that each monitor's payload files are of: its first."""
REALM = "demo"


def file_of(monitor: str, case: str) -> Path:
    """Return the payload file of a case, whatever its format."""
    return next(iter(sorted((FIXTURES / monitor).glob(f"{case}.*json"))))


def send_file(path: Path, *, source: str = "", realm: str = "live", historical: bool = False) -> Receipt:
    """Send a file as its source would, by default the monitor's first."""
    items = bodies.read(path.read_bytes(), TYPES[path.suffix])
    return receive(source=source or SOURCES[path.parent.name], realm=realm, items=items, historical=historical)


def send(monitor: str, *items: dict[str, Any], realm: str = "live", historical: bool = False) -> Receipt:
    """Send items to a monitor's source, or to the source named in full."""
    return receive(source=SOURCES.get(monitor, monitor), realm=realm, items=list(items), historical=historical)


def judge() -> None:
    """Run the rules on everything stored."""
    while evaluate_due():
        pass


def moment(realm: str = "live") -> Moment:
    """Return now, as rules see it."""
    return Moment(realm, clock.now(realm))


def detected(rule_id: str, ids: Sequence[int], at: Moment | None = None) -> list[Result]:
    """Return what a rule says of records that arrived."""
    rule = registry.rule(rule_id)[1]
    assert rule.detect is not None
    return list(rule.detect(list(ids), at or moment()))


def swept(rule_id: str, at: Moment | None = None) -> list[Result]:
    """Return what a rule says of what time made true."""
    rule = registry.rule(rule_id)[1]
    assert rule.sweep is not None
    return list(rule.sweep(at or moment()))


def findings(results: Sequence[Result]) -> dict[str, Finding]:
    """Return the findings by fingerprint."""
    return {r.fingerprint: r for r in results if isinstance(r, Finding)}


def clears(results: Sequence[Result]) -> set[str]:
    """Return the fingerprints that are said to be over."""
    return {r.fingerprint for r in results if isinstance(r, Cleared)}


def settle() -> None:
    """Do what the worker does: judge, sweep, tell the tickets."""
    judge()
    ensure_runs()
    RuleRun.objects.update(due_at=clock.now())
    while sweep_due():
        pass
    while following.follow_alerts():
        pass


def figure(monitor: str, panel: str) -> Figure:
    """Return what a panel shows now of the province."""
    return registry.panel(monitor, panel)[1].figure(Scope(REALM, clock.now(REALM)))


def why(shown: Figure) -> set[int]:
    """Return the ids of the rows behind a figure."""
    return {row.pk for row in shown.query.rows(Scope(REALM, clock.now(REALM)))}
