"""Pure: the findings of one batch, brought together by fingerprint before the database sees them."""

from collections.abc import Iterable
from dataclasses import replace

from services.contract import Cleared, Finding, Result, rank_of


def merged(results: Iterable[Result]) -> tuple[list[Finding], list[Cleared]]:
    """Return one finding and one clear per fingerprint, sorted by it (so that two workers never deadlock).

    Counts add up, evidence is joined, the worst severity and the latest words win; of clears the latest counts.
    """
    findings: dict[str, Finding] = {}
    clears: dict[str, Cleared] = {}
    for result in results:
        if isinstance(result, Finding):
            known = findings.get(result.fingerprint)
            findings[result.fingerprint] = result if known is None else _joined(known, result)
        elif result.fingerprint not in clears or clears[result.fingerprint].seen < result.seen:
            clears[result.fingerprint] = result
    return [findings[key] for key in sorted(findings)], [clears[key] for key in sorted(clears)]


def _joined(one: Finding, other: Finding) -> Finding:
    newer, older = (other, one) if other.seen >= one.seen else (one, other)
    return replace(
        newer,
        severity=max(one.severity, other.severity, key=rank_of),
        count=one.count + other.count,
        evidence=(*older.evidence, *newer.evidence),
    )
