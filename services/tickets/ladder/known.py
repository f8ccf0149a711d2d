"""What the validator must know of the world: read once for all drafts that are checked together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max

from services import registry
from services.directory.holders import answering
from services.directory.models import Appointment, Department, DutyRoster, Person, Position, Rung, Unit
from services.directory.models.validity import valid_on
from services.kernel.clock import LOCAL

_CODE = re.compile(r"[0-9A-Za-z]{1,5}")


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a policy may use today.

    ``rosters`` maps each to the end of the last shift that is planned, None when nobody has a shift ahead; ``people``
    maps a public id to whether that person holds an office today, and has no entry for somebody unknown; ``rules`` maps
    each to its monitor. ``vacant`` are positions that nobody holds anywhere today, ``vacant_rungs`` rungs without any
    other.
    """

    rungs: frozenset[int] = frozenset()
    positions: frozenset[str] = frozenset()
    rosters: Mapping[str, datetime | None] = field(default_factory=dict)
    people: Mapping[str, bool] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    monitors: frozenset[str] = frozenset()
    rules: Mapping[str, str] = field(default_factory=dict)
    vacant: frozenset[str] = frozenset()
    vacant_rungs: frozenset[int] = frozenset()


def known_for(drafts: Sequence[Mapping[str, Any]], now: datetime) -> Known:
    """Read what checking these drafts asks for, in a constant number of statements; units may be of any time."""
    today = now.astimezone(LOCAL).date()
    ends = DutyRoster.objects.annotate(last=Max("shifts__ends")).values_list("slug", "last")
    positions = frozenset(Position.objects.values_list("slug", flat=True))
    rungs = list(Rung.objects.filter(valid_on(today)).values_list("order", "position__slug"))
    held = answering(Appointment.objects.filter(valid_on(today)), settings.IOC_REALM).values_list("position__slug")
    vacant = positions.difference(slug for (slug,) in held.distinct())
    return Known(
        rungs=frozenset(order for order, _slug in rungs),
        positions=positions,
        vacant=vacant,
        vacant_rungs=frozenset(order for order, _slug in rungs).difference(
            order for order, slug in rungs if slug not in vacant
        ),
        rosters={slug: last if last and last > now else None for slug, last in ends},
        people=_people(set(_persons(drafts)), now),
        units=_units({code for draft in drafts for code in _texts(draft.get("units"))}),
        departments=frozenset(Department.objects.values_list("slug", flat=True)),
        monitors=frozenset(monitor.slug for monitor in registry.monitors()),
        rules={rule.id: monitor.slug for monitor, rule in registry.rules()},
    )


def _units(codes: set[str]) -> frozenset[str]:
    wanted = {code for code in codes if _CODE.fullmatch(code)}
    return frozenset(Unit.objects.filter(code__in=wanted).values_list("code", flat=True)) if wanted else frozenset()


def _people(wanted: set[UUID], now: datetime) -> dict[str, bool]:
    if not wanted:
        return {}
    held = Appointment.objects.filter(valid_on(now.astimezone(LOCAL).date()), person__public_id__in=wanted)
    present = set(held.exclude(person__user__is_active=False).values_list("person__public_id", flat=True))
    there = Person.objects.filter(public_id__in=wanted).values_list("public_id", flat=True)
    return {str(public_id): public_id in present for public_id in there}


def _persons(drafts: Sequence[Mapping[str, Any]]) -> Iterator[UUID]:
    for draft in drafts:
        steps = draft.get("steps")
        for step in steps if isinstance(steps, list) else []:
            target = step.get("target") if isinstance(step, Mapping) else None
            named = target.get("person") if isinstance(target, Mapping) else None
            found = uuid_of(named)
            if found:
                yield found


def uuid_of(value: object) -> UUID | None:
    """Return the UUID that a text writes, None for anything else."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _texts(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
