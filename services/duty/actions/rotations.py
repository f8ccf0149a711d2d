"""Rotations and the settings of a roster: made, changed, ended. Each replans at once; what has been stays."""

from django.db import transaction

from services.audit.actions import record
from services.directory.models import DutyRoster, User
from services.duty import planning, rules
from services.duty.actions.people import named
from services.duty.models import Participant, Plan, Rotation
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError


@transaction.atomic
def add_rotation(*, roster: DutyRoster, realm: str, given: rules.Given, acting_user: User | None) -> Rotation:
    """Add a rotation to a roster; InvalidInputError by field."""
    return _write(Rotation(roster=roster, realm=realm), given, "add_rotation", acting_user)


@transaction.atomic
def change_rotation(*, rotation: Rotation, given: rules.Given, acting_user: User | None) -> Rotation:
    """Change a rotation from now on; InvalidInputError by field, ConflictError when it was ended."""
    return _write(_held(rotation), given, "change_rotation", acting_user)


@transaction.atomic
def retire_rotation(*, rotation: Rotation, acting_user: User | None) -> None:
    """End a rotation now; its shifts ahead go."""
    held = _held(rotation)
    held.retired_at = clock.now(held.realm)
    held.save(update_fields=["retired_at"])
    record(verb="retire_rotation", target=held, realm=held.realm, acting_user=acting_user, detail=_about(held))
    planning.replan(held.roster, held.realm)


@transaction.atomic
def set_plan(
    *,
    roster: DutyRoster,
    realm: str,
    swap_needs_approval: bool | None = None,
    hand_over_log: bool | None = None,
    acting_user: User | None,
) -> Plan:
    """Say how a roster is run; None leaves a setting as it is."""
    plan = Plan.objects.select_for_update().get(pk=planning.plan_of(roster, realm).pk)
    wanted = {"swap_needs_approval": swap_needs_approval, "hand_over_log": hand_over_log}
    changed = {name: value for name, value in wanted.items() if value is not None and value != getattr(plan, name)}
    for name, value in changed.items():
        setattr(plan, name, value)
    if changed:
        if changed.get("hand_over_log"):
            plan.log_since = clock.now(realm)
        plan.save(update_fields=[*changed, "log_since"])
        record(
            verb="set_plan", target=roster, realm=realm, acting_user=acting_user,
            detail={"roster": roster.slug, **changed},
        )  # fmt: skip
    return plan


def _held(rotation: Rotation) -> Rotation:
    held = Rotation.objects.select_for_update(of=("self",)).select_related("roster").get(pk=rotation.pk)
    if held.retired_at is not None:
        message = "the rotation was ended"
        raise ConflictError(message)
    return held


def _write(rotation: Rotation, given: rules.Given, verb: str, acting_user: User | None) -> Rotation:
    now = clock.now(rotation.realm)
    errors = rules.rotation_errors(given, now.astimezone(clock.LOCAL).date())
    if errors:
        raise InvalidInputError(errors)
    people = named(given.people, rotation.realm, now, "people")
    rotation.name, rotation.order = given.name.strip(), given.order
    rotation.unit, rotation.length, rotation.hand_over = given.unit, given.length, given.hand_over
    rotation.starts_on, rotation.ends_on = given.starts_on, given.ends_on
    rotation.windows = [
        {"days": sorted(map(str, one.get("days", []))), "from": str(one["from"])[:5], "to": str(one["to"])[:5]}
        for one in given.windows
    ]
    rotation.save()
    Participant.objects.filter(rotation=rotation).delete()
    Participant.objects.bulk_create(
        Participant(rotation=rotation, person=person, place=place) for place, person in enumerate(people)
    )
    detail = _about(rotation) | {"people": [person.pk for person in people]}
    record(verb=verb, target=rotation, realm=rotation.realm, acting_user=acting_user, detail=detail)
    planning.replan(rotation.roster, rotation.realm)
    return rotation


def _about(rotation: Rotation) -> dict[str, object]:
    return {
        "roster": rotation.roster.slug,
        "unit": rotation.unit,
        "length": rotation.length,
        "from": rotation.starts_on.isoformat(),
        "to": rotation.ends_on.isoformat() if rotation.ends_on else None,
    }
