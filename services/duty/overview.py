"""A roster at a glance: who has it now and next, how it is run, what is open ahead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.directory.models import DutyRoster, DutyShift
from services.duty import selectors
from services.duty.models import Plan
from services.duty.planning import HORIZON
from services.kernel import clock


def overviews(realm: str, rosters: Sequence[DutyRoster] | None = None) -> list[dict[str, Any]]:
    """Return every roster at a glance; statements grow with rosters, never with shifts."""
    now = clock.now(realm)
    if rosters is None:
        rosters = list(DutyRoster.objects.select_related("department"))
    known = selectors.plans(realm)
    rows: dict[int, list[DutyShift]] = {roster.pk: [] for roster in rosters}
    for shift in selectors.shifts(realm, now, now + HORIZON):
        rows.setdefault(shift.roster_id, []).append(shift)
    return [_glance(roster, rows[roster.pk], known.get(roster.pk), realm, now) for roster in rosters]


def overview_of(roster: DutyRoster, realm: str) -> dict[str, Any]:
    """Return one roster at a glance with its rotations and overrides."""
    now = clock.now(realm)
    return {
        **overviews(realm, [roster])[0],
        "rotations": selectors.rotations(roster, realm),
        "overrides": selectors.overrides(roster, realm, now),
    }


def _glance(
    roster: DutyRoster, rows: Sequence[DutyShift], plan: Plan | None, realm: str, now: datetime
) -> dict[str, Any]:
    running, following = selectors.now_and_next(rows, now)
    return {
        "slug": roster.slug,
        "name": roster.label,
        "department": roster.department.slug if roster.department else None,
        "now": running,
        "next": following,
        "planned_until": plan.planned_until if plan else None,
        "swap_needs_approval": bool(plan and plan.swap_needs_approval),
        "hand_over_log": bool(plan and plan.hand_over_log),
        "warnings": selectors.warnings_of(roster, realm, now, now + HORIZON, rows),
    }
