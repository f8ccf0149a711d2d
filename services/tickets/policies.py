"""Policies: which one counts for an alert, and how a province's own are loaded from its pack."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import OuterRef, Subquery

from services.alerts.models import Alert
from services.contract import Severity, rank_of
from services.tickets.models import Policy
from services.tickets.periods import KINDS

UNTIL = ("acknowledged", "resolved")
TARGETS = ("rung", "roster", "person", "head")


class PolicyError(ValueError):
    """A policy's file says something that cannot be followed."""


class PolicyRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One policy as written in ``policies.toml``."""

    slug: str
    order: int
    title: dict[str, str]
    deadline: dict[str, int]
    steps: list[dict[str, Any]] = []
    monitor: str = ""
    rule: str = ""
    category: str = ""
    severity: Severity = "info"
    opens: bool = True
    auto_close: bool = False


def current() -> list[Policy]:
    """Return the newest version of every policy, first match first."""
    newest = Policy.objects.filter(slug=OuterRef("slug")).order_by("-version").values("pk")[:1]
    return list(Policy.objects.filter(pk=Subquery(newest)).order_by("order", "slug"))


def matching(alert: Alert, policies: Sequence[Policy]) -> Policy | None:
    """Return the first policy that fits the alert, None when it opens no ticket."""
    for policy in policies:
        wanted = (policy.monitor, policy.rule, policy.category)
        actual = (alert.monitor, alert.rule, alert.category)
        if alert.severity >= policy.severity and all(w in ("", a) for w, a in zip(wanted, actual, strict=True)):
            return policy if policy.opens else None
    return None


def snapshot(policy: Policy) -> dict[str, Any]:
    """Return what a ticket keeps of the policy it runs under."""
    return {
        "slug": policy.slug,
        "version": policy.version,
        "title": policy.title,
        "deadline": policy.deadline,
        "steps": policy.steps,
        "auto_close": policy.auto_close,
    }


def read(path: Path) -> list[PolicyRow]:
    """Read and check a province's policies; PolicyError says which one is wrong and how."""
    try:
        rows = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")).get("policy", []), list[PolicyRow])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"{path.name}: {error}"
        raise PolicyError(message) from error
    for row in rows:
        _check(row)
    return rows


def _check(row: PolicyRow) -> None:
    for period in (row.deadline, *(step["after"] for step in row.steps if "after" in step)):
        if len(period) != 1 or next(iter(period)) not in KINDS:
            message = f"policy {row.slug}: a period has one of {', '.join(KINDS)}, not {period!r}"
            raise PolicyError(message)
    for step in row.steps:
        target = step.get("target", {})
        if len(target) != 1 or next(iter(target)) not in TARGETS or step.get("until", UNTIL[1]) not in UNTIL:
            message = (
                f"policy {row.slug}: a step needs one target of {', '.join(TARGETS)} and until {' or '.join(UNTIL)}"
            )
            raise PolicyError(message)


@transaction.atomic
def load(rows: Sequence[PolicyRow]) -> int:
    """Store policies; one whose content changed becomes a new version. Return how many versions were made."""
    known = {policy.slug: policy for policy in current()}
    made = 0
    for row in rows:
        values = {**msgspec.structs.asdict(row), "severity": rank_of(row.severity)}
        before = known.get(row.slug)
        if before is not None and all(getattr(before, name) == value for name, value in values.items()):
            continue
        Policy.objects.create(version=before.version + 1 if before else 1, **values)
        made += 1
    return made
