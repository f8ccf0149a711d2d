"""Reads of the hand-over log, scoped by the reader; and who may write, sign and accept."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404

from services.directory.access import limit, scope_of
from services.directory.models import DutyShift, Person, User
from services.duty import doing
from services.duty import selectors as duty
from services.handover.models import Handover

SHOWN_WITH = ("roster__department", "outgoing__user", "incoming", "signed_by__person", "accepted_by__person")


def visible(user: User, realm: str | None = None) -> QuerySet[Handover]:
    """Return the hand-overs of a realm (default: the deployment's) that ``user`` may read."""
    rows = Handover.objects.filter(realm=realm or settings.IOC_REALM)
    return limit(rows, user, "handovers.read", unit=None, department="roster__department").select_related(*SHOWN_WITH)


def handover(user: User, public_id: UUID, action: str = "handovers.read") -> Handover:
    """Return one hand-over of any realm; Http404 when it is not there or out of reach."""
    rows = limit(Handover.objects.filter(public_id=public_id), user, action, unit=None, department="roster__department")
    found = rows.select_related(*SHOWN_WITH).first()
    if found is None:
        raise Http404
    return found


def own_shifts(user: User, now: datetime) -> list[DutyShift]:
    """Return the user's running shifts whose entry is not open yet; two statements at most."""
    person = doing.person_of(user)
    if person is None:
        return []
    rows = DutyShift.objects.filter(person=person, starts__lte=now, ends__gt=now).select_related(
        "roster", "person__user"
    )
    known = set(Handover.objects.filter(outgoing=person, shift_ends__gt=now).values_list("roster", "shift_starts"))
    return [one for one in rows if (one.roster_id, one.starts) not in known]


def late(user: User, now: datetime) -> QuerySet[Handover]:
    """Return those whose shift has ended and which nobody has signed: the supervisor's list."""
    return visible(user).filter(state=Handover.State.OPEN, shift_ends__lt=now).order_by("shift_ends")


def answers_for(user: User, handover: Handover) -> bool:
    """Tell whether the user is the roster's head or a supervisor, who may act when somebody cannot."""
    scope = scope_of(user, "duty.write")
    return scope is not None and scope.covers(department_id=handover.roster.department_id)


def may_write(user: User, handover: Handover, now: datetime) -> bool:
    """Tell whether the user may write and sign: the outgoing person, who stands in for them, who answers for it."""
    if handover.outgoing.user_id == user.pk:
        return True
    stand_in = duty.stand_ins([handover.outgoing_id], now).get(handover.outgoing_id)
    return (stand_in is not None and stand_in.user_id == user.pk) or answers_for(user, handover)


def may_accept(user: User, handover: Handover, now: datetime) -> bool:
    """Tell whether the user may accept: who has the duty after it (or stands in), who answers for it; never the signer.

    A hand-over takes two.
    """
    if user.pk in {handover.signed_by_id, handover.outgoing.user_id}:
        return False
    if answers_for(user, handover):
        return True
    following = successors(handover, now)
    stand_ins = duty.stand_ins([one.pk for one in following], now)
    return user.pk in {stand_ins.get(one.pk, one).user_id for one in following}


def successors(handover: Handover, now: datetime) -> list[Person]:
    """Return who has the duty when the shift ends, and who has it now."""
    at_end = Q(starts__lte=handover.shift_ends, ends__gt=handover.shift_ends)
    at_now = Q(starts__lte=now, ends__gt=now)
    shifts = DutyShift.objects.filter(at_end | at_now, roster=handover.roster, person__realm=handover.realm)
    people = [one.person for one in shifts.select_related("person").order_by("starts")]
    return [one for one in dict.fromkeys(people) if one.pk != handover.outgoing_id]
