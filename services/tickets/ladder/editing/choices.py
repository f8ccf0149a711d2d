"""What a policy may name today, as the form offers it: targets, persons, kinds of alerts, places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from services import registry
from services.contract import SEVERITIES
from services.directory.holders import answering
from services.directory.models import Appointment, DutyRoster, Person, Position, Rung
from services.directory.models.validity import valid_on
from services.directory.selectors import departments_on, units_on
from services.directory.text import fold
from services.kernel.text import capital, localised
from services.tickets.ladder.drawn import OWN_RULES
from services.tickets.ladder.known import uuid_of
from services.tickets.models import Policy
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
from services.tickets.people import CHAIR, HEAD

Option = tuple[str, str]
"""A value and its words."""
Group = tuple[str, Sequence[Option]]
"""A heading, empty for none, and what stands under it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that can be chosen. ``people`` maps what a person is written as to the public id."""

    targets: Sequence[Group]
    people: dict[str, str]
    monitors: Sequence[Group]
    rules: Sequence[Group]
    severities: Sequence[Group]
    units: Sequence[Option]
    departments: Sequence[Option]


def choices_for(policy: Policy, today: date) -> Choices:
    """Return what can be chosen in a policy's next version; seven statements, eight where it names persons."""
    monitors = list(registry.monitors())
    rules = [(gettext(one.title), [(rule.id, gettext(rule.title)) for rule in one.rules]) for one in monitors]
    own = [(rule, gettext(title)) for rule, title in OWN_RULES.items()]
    any_alert: Group = ("", [("", gettext("any"))])
    return Choices(
        targets=_targets(today),
        people=_people(policy, today),
        monitors=[any_alert, ("", [(one.slug, gettext(one.title)) for one in monitors])],
        rules=[any_alert, *(group for group in rules if group[1]), (gettext("The centre itself"), own)],
        severities=[("", [(name, gettext(SEVERITY_WORDS[name])) for name in reversed(SEVERITIES)])],
        units=sorted(((unit.code, capital(localised(unit.label))) for unit in units_on(today)), key=lambda one: one[1]),
        departments=[(one.slug, localised(one.label)) for one in departments_on(today)],
    )


def _targets(today: date) -> list[Group]:
    rungs: dict[int, list[str]] = {}
    standing = Rung.objects.filter(valid_on(today)).select_related("position").order_by("order", "position__slug")
    for rung in standing:
        rungs.setdefault(rung.order, []).append(localised(rung.position.label_in(None)))
    by_rung = [(f"rung:{order}", f"{order}. {' / '.join(titles)}") for order, titles in rungs.items()]
    positions = [(f"position:{one.slug}", localised(one.label_in(None))) for one in Position.objects.order_by("slug")]
    rosters = [(f"roster:{one.slug}", localised(one.label)) for one in DutyRoster.objects.order_by("slug")]
    by_place = [("head:", gettext(HEAD)), ("chair:", gettext(CHAIR))]
    return [
        ("", [("", gettext("Choose …"))]),
        (gettext("A rung of the ladder"), by_rung),
        (gettext("Whoever leads the ticket's place"), by_place),
        (gettext("Whoever is on duty"), rosters),
        (gettext("A position"), _by_words(positions)),
        (gettext("One person"), [("person:", gettext("A person, by name"))]),
    ]


def _people(policy: Policy, today: date) -> dict[str, str]:
    held = answering(Appointment.objects.filter(valid_on(today)), settings.IOC_REALM)
    rows = held.select_related("person", "position", "department", "unit").defer("unit__geometry", "unit__outline")
    found: dict[UUID, str] = {}
    for one in rows.order_by("person__sort_key", "person_id", "-is_head", "pk"):
        office = one.department or one.unit
        place = f", {localised(office.label)}" if office else ""
        found.setdefault(one.person.public_id, f"{one.person.full_name} ({localised(one.title)}{place})")
    gone = _named(policy) - set(found)
    if gone:
        found |= {one.public_id: one.full_name for one in Person.objects.filter(public_id__in=gone)}
    return _by_label(found.items())


def _named(policy: Policy) -> set[UUID]:
    named = (uuid_of(step["target"].get("person")) for step in policy.steps)
    return {one for one in named if one}


def _by_label(rows: Iterable[tuple[UUID, str]]) -> dict[str, str]:
    """Return label → public id; of two who are written alike the second carries the end of the id."""
    labels: dict[str, str] = {}
    for public_id, label in rows:
        own = label if label not in labels else f"{label} #{str(public_id)[-6:]}"
        labels[own] = str(public_id)
    return labels


def _by_words(options: Iterable[Option]) -> list[Option]:
    return sorted(options, key=lambda one: fold(one[1]))
