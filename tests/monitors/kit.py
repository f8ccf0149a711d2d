"""What tests of monitors share: real payload files through the real intake, then the rules."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services import registry
from services.contract import Cleared, Finding, Moment, Result
from services.intake import bodies, receive
from services.intake.evaluation import evaluate_due
from services.intake.receiving import Receipt
from services.kernel import clock

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
TYPES = {".json": "application/json", ".ndjson": "application/x-ndjson", ".csv": "text/csv"}
SOURCES = {
    "field_reports": "field_reports/portal",
    "public_services": "public_services/dossiers",
    "cybersecurity": "cybersecurity/suricata",
    "environment": "environment/observations",
    "public_safety": "public_safety/camera_events",
}
"""The source that a monitor's files are sent to …"""
OTHER_SOURCES = {
    **dict.fromkeys(("incidents", "incidents_malformed", "serious_incident", "black_spot"), "public_safety/incidents"),
    **dict.fromkeys(("traffic", "traffic_malformed", "congestion"), "public_safety/traffic_counts"),
    **dict.fromkeys(("camera_down", "checks_malformed"), "public_safety/camera_checks"),
}
"""… and the files that go to another source of their monitor, by name."""


def file_of(monitor: str, case: str) -> Path:
    """Return the payload file of a case, whatever its format."""
    return next(iter(sorted((FIXTURES / monitor).glob(f"{case}.*json"))))


def send_file(path: Path, *, realm: str = "live", historical: bool = False) -> Receipt:
    """Send a file as its source would."""
    items = bodies.read(path.read_bytes(), TYPES[path.suffix])
    source = OTHER_SOURCES.get(path.stem, SOURCES[path.parent.name])
    return receive(source=source, realm=realm, items=items, historical=historical)


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
