"""Leave: somebody is away for a while, and somebody else stands in."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from services.audit.actions import record
from services.directory.models import Person, User
from services.duty import rules
from services.duty.actions.people import gone
from services.duty.models import Leave
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError


@transaction.atomic
def add_leave(
    *,
    person: Person,
    stand_in: Person | None,
    starts: datetime,
    ends: datetime,
    reason: str = "",
    acting_user: User | None,
) -> Leave:
    """Write down that a person is away and who stands in; InvalidInputError for overlaps, loops and long chains."""
    realm, now = person.realm, clock.now(person.realm)
    errors = rules.span_errors(starts, ends, now, rules.LONGEST_LEAVE)
    _lock([person, *([stand_in] if stand_in else [])])
    overlapping = Leave.objects.filter(realm=realm, ended_at=None, starts__lt=ends, ends__gt=starts)
    if overlapping.filter(person=person).exists():
        errors["starts"] = _("There is a leave in this time already.")
    if stand_in is not None:
        wrong = _stand_in_error(person, stand_in, overlapping, now)
        errors |= {"stand_in": wrong} if wrong else {}
    if errors:
        raise InvalidInputError(errors)
    made = Leave.objects.create(
        realm=realm, person=person, stand_in=stand_in, starts=starts, ends=ends, reason=reason.strip(),
        made_by=acting_user, made_at=now,
    )  # fmt: skip
    record(verb="add_leave", target=made, realm=realm, acting_user=acting_user, detail=_about(made))
    return made


@transaction.atomic
def end_leave(*, leave: Leave, acting_user: User | None) -> None:
    """Call a leave off, or end it now when it runs; ConflictError when it is over."""
    held = Leave.objects.select_for_update().get(pk=leave.pk)
    now = clock.now(held.realm)
    if held.ended_at is not None or held.ends <= now:
        message = "the leave is over"
        raise ConflictError(message)
    held.ended_at = now
    held.save(update_fields=["ended_at"])
    record(verb="end_leave", target=held, realm=held.realm, acting_user=acting_user, detail=_about(held))


def _lock(people: list[Person]) -> None:
    """Two who name each other at the same moment wait for each other."""
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in people]).order_by("pk"))


def _stand_in_error(person: Person, stand_in: Person, overlapping: "models.QuerySet[Leave]", now: datetime) -> str:
    if stand_in.realm != person.realm:
        return _("There is no such person here.")
    if gone([stand_in], now):
        return _("No longer in office: {names}.").format(names=stand_in.full_name)
    links = overlapping.exclude(stand_in=None).values_list("person_id", "stand_in_id")
    return rules.chain_error(person.pk, stand_in.pk, [(one, other) for one, other in links if other])


def _about(leave: Leave) -> dict[str, object]:
    return {
        "person": leave.person_id,
        "stand_in": leave.stand_in_id,
        "starts": leave.starts.isoformat(),
        "ends": leave.ends.isoformat(),
    }
