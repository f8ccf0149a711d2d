"""Overrides: somebody takes the duty for a while."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from services.audit.actions import record
from services.directory.models import DutyRoster, Person, User
from services.duty import planning, rules
from services.duty.models import Override
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError

LONGEST: Final = timedelta(days=31)


@transaction.atomic
def add_override(
    *,
    roster: DutyRoster,
    realm: str,
    person: Person,
    starts: datetime,
    ends: datetime,
    reason: str = "",
    acting_user: User | None,
) -> Override:
    """Give a person the duty from ``starts`` (not before now) to ``ends``, whatever the rotations say."""
    now = clock.now(realm)
    errors = rules.span_errors(starts, ends, now, LONGEST)
    if errors:
        raise InvalidInputError(errors)
    made = Override.objects.create(
        realm=realm, roster=roster, person=person, starts=max(starts, now), ends=ends, reason=reason.strip(),
        made_by=acting_user, made_at=now,
    )  # fmt: skip
    record(verb="add_override", target=made, realm=realm, acting_user=acting_user, detail=about(made))
    planning.replan(roster, realm)
    return made


@transaction.atomic
def withdraw_override(*, override: Override, acting_user: User | None) -> None:
    """Take an override back from now on; ConflictError when it is over or was taken back before."""
    held = Override.objects.select_for_update(of=("self",)).select_related("roster").get(pk=override.pk)
    now = clock.now(held.realm)
    if held.withdrawn_at is not None or held.ends <= now:
        message = "the override is over"
        raise ConflictError(message)
    held.withdrawn_at = now
    held.save(update_fields=["withdrawn_at"])
    record(verb="withdraw_override", target=held, realm=held.realm, acting_user=acting_user, detail=about(held))
    planning.replan(held.roster, held.realm)


def about(override: Override) -> dict[str, object]:
    """Return what the audit keeps of an override: ids and times."""
    return {
        "roster": override.roster.slug,
        "person": override.person_id,
        "kind": override.kind,
        "starts": override.starts.isoformat(),
        "ends": override.ends.isoformat(),
    }
