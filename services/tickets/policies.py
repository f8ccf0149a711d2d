"""Policies: which one counts for an alert, and how a province's own are loaded from its pack."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from services.alerts.models import Alert
from services.kernel import clock
from services.tickets.ladder import area, selectors, versions
from services.tickets.ladder.known import known_for
from services.tickets.ladder.shapes import Content
from services.tickets.ladder.validator import check
from services.tickets.models import Policy


class PolicyError(ValueError):
    """A policy's file says something that cannot be followed."""


def current() -> list[Policy]:
    """Return the newest version of every policy in force, first match first, ready for ``matching``."""
    found = selectors.in_force()
    area.attach(found)
    return found


def matching(alert: Alert, policies: Sequence[Policy]) -> Policy | None:
    """Return the first policy that fits the alert, None when it opens no ticket."""
    for policy in policies:
        wanted = (policy.monitor, policy.rule, policy.category)
        actual = (alert.monitor, alert.rule, alert.category)
        fits = alert.severity >= policy.severity and all(w in ("", a) for w, a in zip(wanted, actual, strict=True))
        if fits and area.covers_alert(policy, alert):
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
        "acknowledgements": policy.acknowledgements,
    }


def read(path: Path) -> list[Content]:
    """Read a province's policies; PolicyError when the file is none. What they say is checked by ``load``."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")).get("policy", []), list[Content])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message = f"{path.name}: {error}"
        raise PolicyError(message) from error


@transaction.atomic
def load(rows: Sequence[Content]) -> int:
    """Store a pack's policies; one whose content changed becomes a new version. Return how many versions were made.

    What people wrote or retired since keeps its version: the pack does not overrule them. PolicyError says which policy
    is wrong and how; nothing is stored then. A roster that is not staffed yet is no reason: people come after the pack.
    """
    drafts = [msgspec.to_builtins(row) for row in rows]
    _refuse(drafts)
    newest = {policy.slug: policy for policy in selectors.newest()}
    now = clock.now(settings.IOC_REALM)
    made = 0
    for row in rows:
        before = newest.get(row.slug)
        if before is not None and (before.origin == Policy.PERSON or versions.content_of(before) == row):
            continue
        versions.write(row, after=before, now=now, origin=Policy.PACK)
        made += 1
    return made


def _refuse(drafts: Sequence[dict[str, Any]]) -> None:
    known = known_for(drafts, clock.now(settings.IOC_REALM))
    for number, draft in enumerate(drafts):
        wrong = [found for found in check(draft, known, staffed=False) if not found.warning]
        if wrong:
            message = f"policy {draft.get('slug') or number}: {wrong[0].field}: {wrong[0].text}"
            raise PolicyError(message)
