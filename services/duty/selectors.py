"""Questions to duty: who has it now and next, who stands in, what is left open ahead.

Instants are aware; a realm's shifts are those of its own persons.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from services.directory.models import Appointment, DutyRoster, DutyShift, Person, User
from services.directory.models.validity import valid_on
from services.duty.actions.people import gone
from services.duty.models import Leave, Override, Plan, Rotation
from services.duty.rules import LONGEST_CHAIN
from services.duty.spans import gaps
from services.kernel.clock import LOCAL

EMPTY, EXPIRED, ENDS, GAP, LEFT, AWAY = "empty", "expired", "ends", "gap", "left", "away"
SOON: Final = timedelta(days=14)
"""A roster whose last shift ends within this time is said to run out."""
_EDGE: Final = timedelta(days=8)
"""So near to the end of what is written, the next opening of a roster that mostly rests may still be ahead."""


@dataclass(frozen=True, slots=True)
class Warning:
    """Something open ahead: from when to when, and whose shift where it is about a person."""

    kind: str
    starts: datetime | None
    ends: datetime | None
    person: Person | None = None


def shifts(realm: str, since: datetime, until: datetime, *, roster: DutyRoster | None = None) -> QuerySet[DutyShift]:
    """Return the shifts that touch an interval, in order, with roster, person and account."""
    rows = DutyShift.objects.filter(person__realm=realm, starts__lt=until, ends__gt=since)
    rows = rows.filter(roster=roster) if roster else rows
    return rows.select_related("roster", "person__user").order_by("starts", "pk")


def now_and_next(rows: Sequence[DutyShift], at: datetime) -> tuple[DutyShift | None, DutyShift | None]:
    """Return of one roster's shifts in order the one that runs at an instant and the first one that starts later."""
    answering = [one for one in rows if one.person.user is None or one.person.user.is_active]
    running = [one for one in answering if one.starts <= at < one.ends]
    later = [one for one in answering if one.starts > at]
    return running[-1] if running else None, later[0] if later else None


def stand_ins(person_ids: Collection[int], at: datetime) -> dict[int, Person]:
    """Return who stands in for those of these persons who are away at that instant: person id → stand-in.

    A stand-in who is away too is followed, at most three links far. Who is away with nobody named, or whose stand-in
    left meanwhile, is not in the answer: then the message goes to the person as ever. One statement per link.
    """
    ends: dict[int, int] = {}
    wanted = set(person_ids)
    following = {one: one for one in wanted}
    for _link in range(LONGEST_CHAIN):
        found = _links(set(following.values()), at) if following else {}
        following = {one: found[last] for one, last in following.items() if last in found}
        ends |= following
    if not ends:
        return {}
    people = Person.objects.filter(pk__in=set(ends.values())).select_related("user")
    answering = {one.pk: one for one in people.exclude(user__is_active=False)}
    return {one: answering[last] for one, last in ends.items() if last in answering and last != one}


def _links(people: Collection[int], at: datetime) -> dict[int, int]:
    rows = Leave.objects.filter(person__in=people, ended_at=None, starts__lte=at, ends__gt=at)
    return dict(rows.exclude(stand_in=None).order_by("pk").values_list("person_id", "stand_in_id"))


def warnings_of(
    roster: DutyRoster, realm: str, now: datetime, until: datetime, rows: Sequence[DutyShift] | None = None
) -> list[Warning]:
    """Return what is open in a roster between now and ``until``, in order of time.

    Nobody planned at all, run out, runs out soon, hours that nobody holds, shifts of people who have left or are away
    with nobody standing in.
    """
    ahead = list(shifts(realm, now, until, roster=roster)) if rows is None else [one for one in rows if one.ends > now]
    left = gone((one.person for one in ahead), now)
    held = [(one.starts, one.ends) for one in ahead if one.person_id not in left]
    if not held:
        ended = DutyShift.objects.filter(roster=roster, person__realm=realm, ends__lte=now).order_by("-ends").first()
        return [Warning(EXPIRED, ended.ends, None) if ended else Warning(EMPTY, None, None)]
    last = max(ends for _starts, ends in held)
    found = _left(ahead, left, now)
    found += [Warning(GAP, a, b) for a, b in gaps(held, now, min(until, last))]
    found += _away(ahead, left, now)
    if last < until:
        later = DutyShift.objects.filter(roster=roster, person__realm=realm, ends__gt=until).exclude(person__in=left)
        if later.exists():
            found.append(Warning(GAP, last, until))
        elif last < until - _EDGE or last <= now + SOON:
            found.append(Warning(ENDS, last, None))
    return sorted(found, key=lambda one: one.starts or now)


def _left(ahead: Sequence[DutyShift], left: Collection[int], now: datetime) -> list[Warning]:
    """One warning for each who has left, from the first of their shifts to the last."""
    theirs: dict[int, list[DutyShift]] = {}
    for one in ahead:
        if one.person_id in left:
            theirs.setdefault(one.person_id, []).append(one)
    return [Warning(LEFT, max(some[0].starts, now), some[-1].ends, some[0].person) for some in theirs.values()]


def _away(ahead: Sequence[DutyShift], left: Collection[int], now: datetime) -> list[Warning]:
    people = {one.person_id for one in ahead} - set(left)
    if not people:
        return []
    leaves = Leave.objects.filter(person__in=people, ended_at=None, stand_in=None, ends__gt=now)
    found = []
    for leave in leaves:
        met = [
            one
            for one in ahead
            if one.person_id == leave.person_id and one.starts < leave.ends and one.ends > leave.starts
        ]
        if met:  # one warning for each leave, from its first hour on duty to its last
            starts, ends = max(met[0].starts, leave.starts, now), min(met[-1].ends, leave.ends)
            found.append(Warning(AWAY, starts, ends, met[0].person))
    return found


def plans(realm: str) -> dict[int, Plan]:
    """Return how rosters are run in a realm: roster id → plan."""
    return {plan.roster_id: plan for plan in Plan.objects.filter(realm=realm)}


def rotations(roster: DutyRoster, realm: str) -> list[Rotation]:
    """Return the roster's rotations, the one heard first on top, with their people."""
    rows = Rotation.objects.filter(realm=realm, roster=roster, retired_at=None)
    return list(rows.prefetch_related("participants__person").order_by("-order", "-pk"))


def overrides(roster: DutyRoster, realm: str, now: datetime) -> QuerySet[Override]:
    """Return the overrides that count and are not over."""
    rows = Override.objects.filter(roster=roster, realm=realm, withdrawn_at=None, ends__gt=now)
    return rows.select_related("person")


def candidates(roster: DutyRoster, realm: str, now: datetime) -> list[Person]:
    """Return who may be named in a roster: its department's people, the province's, and those already in it."""
    at_work = (
        Q(appointments__department=roster.department_id) if roster.department_id else Q(appointments__isnull=False)
    )
    at_work |= Q(appointments__department=None, appointments__unit=None, appointments__isnull=False)
    known = Q(pk__in=DutyShift.objects.filter(roster=roster, ends__gt=now).values("person"))
    rows = Person.objects.filter(at_work | known, realm=realm).exclude(user__is_active=False).select_related("user")
    people: list[Any] = list(rows.distinct())
    left = gone(people, now)
    return [person for person in people if person.pk not in left]


def colleagues(user: User, now: datetime) -> list[Person]:
    """Return whom somebody may name as a stand-in: persons in office of the same realm, with an account."""
    today = now.astimezone(LOCAL).date()
    rows = Person.objects.filter(valid_on(today, "appointments__"), realm=user.realm, user__is_active=True)
    places = Appointment.objects.filter(valid_on(today), person__user=user).values_list("department", "unit").first()
    if places and any(places):  # one's own office first; others over the API
        own = Q(appointments__department=places[0]) if places[0] else Q(appointments__unit=places[1])
        rows = rows.filter(own | Q(appointments__is_head=True))
    return list(rows.exclude(user=user).distinct()[:500])
