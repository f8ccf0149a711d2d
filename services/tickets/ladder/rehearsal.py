"""A dry run with the province's own people, rosters and calendar: what the API and the page show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from services.contract import SEVERITIES
from services.directory.models import Department, Person, Unit
from services.directory.selectors import unit_by_code
from services.kernel.clock import LOCAL
from services.kernel.problems import InvalidInputError
from services.tickets import people
from services.tickets.ladder import area
from services.tickets.ladder.dryrun import DryRun, run
from services.tickets.models import Policy, Ticket
from services.worktime.calendar import CalendarRangeError, next_opening
from services.worktime.selectors import current_calendar


@dataclass(frozen=True, slots=True)
class Question:
    """When and where something would be found, and how severe."""

    start: datetime
    unit: Unit | None
    department: Department | None
    severity: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A dry run with the steps' names; ``fits`` is whether the policy counts for such an alert at all."""

    question: Question
    fits: bool
    result: DryRun[Person]
    titles: tuple[dict[str, str], ...]


def question(*, start: datetime, unit: str, department: str, severity: str) -> Question:
    """Return a question with its places looked up; InvalidInputError by field for what is not there."""
    errors: dict[str, Any] = {}
    found_unit = _unit(unit, start) if unit else None
    found_department = Department.objects.filter(slug=department).first() if _plain(department) else None
    if unit and found_unit is None:
        errors["unit"] = [_("there is no unit with the code “{name}”").format(name=unit[:60])]
    if department and found_department is None:
        errors["department"] = [_("there is no department “{name}”").format(name=department[:60])]
    if severity not in SEVERITIES:
        errors["severity"] = [_("one of {names}").format(names=", ".join(SEVERITIES))]
    if errors:
        raise InvalidInputError(errors)
    return Question(start, found_unit, found_department, severity)


def rehearse(policy: Policy, asked: Question) -> Rehearsal:
    """Play one version of a policy; one statement or two for each row. InvalidInputError for a start out of bounds."""
    ticket = Ticket(realm=settings.IOC_REALM, unit=asked.unit, department=asked.department)
    area.attach([policy])
    department = asked.department.slug if asked.department else ""
    fits = SEVERITIES.index(asked.severity) >= policy.severity and area.covers(policy, asked.unit, department)
    calendar = current_calendar()
    try:
        next_opening(calendar, asked.start)  # outside its years nothing is asked, not even of a policy by the clock
        result = run(
            start=asked.start,
            deadline=policy.deadline,
            steps=policy.steps,
            calendar=calendar,
            holders=lambda target, at: people.holders(target, ticket, at),
        )
    except (CalendarRangeError, OverflowError) as error:
        raise InvalidInputError({"start": [_("outside the years that the working calendar knows")]}) from error
    return Rehearsal(
        asked, fits, result, tuple(people.label(step["target"], ticket, asked.start) for step in policy.steps)
    )


def title_of(rehearsal: Rehearsal, step: int, turn: int) -> Mapping[str, str]:
    """Return what a row is called, in both languages."""
    return people.again(rehearsal.titles[step], turn)


def _unit(code: str, start: datetime) -> Unit | None:
    if not _plain(code):
        return None
    try:
        return unit_by_code(code, start.astimezone(LOCAL).date())
    except OverflowError:
        return None


def _plain(text: str) -> bool:
    return bool(text) and len(text) <= 60 and text.isprintable()
