"""What API and pages do alike: find what a request names, within reach and in one realm, and act."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from services.directory.models import DutyRoster, DutyShift, Person, User
from services.duty import reach, selectors
from services.duty.actions import feeds, leaves, overrides, swaps
from services.duty.actions.people import named
from services.duty.models import Feed, Leave, Override, Swap
from services.kernel import clock
from services.kernel.problems import InvalidInputError


def person_of(user: User) -> Person | None:
    """Return the person behind an account."""
    return Person.objects.filter(user=user).first()


def me(user: User) -> Person:
    """Return the person behind an account; InvalidInputError for an account without one."""
    person = person_of(user)
    if person is None:
        raise InvalidInputError({"person": _("Your account belongs to no person of the directory.")})
    return person


def ask_swap(
    user: User, *, gives: int | None, takes: int | None = None, person: UUID | None = None, note: str = ""
) -> Swap:
    """Ask for a swap of one's own shift."""
    own = me(user)
    mine = _shift(DutyShift.objects.filter(person=own), gives)
    if mine is None:
        raise InvalidInputError({"gives": _("This is none of your shifts.")})
    theirs = _shift(DutyShift.objects.filter(roster=mine.roster, person__realm=own.realm), takes)
    if takes is not None and theirs is None:
        raise InvalidInputError({"takes": _("There is no such shift any more.")})
    other = named([person], own.realm, clock.now(own.realm), "person")[0] if person and theirs is None else None
    if other and other.pk not in {one.pk for one in selectors.candidates(mine.roster, own.realm, mine.starts)}:
        raise InvalidInputError({"person": _("Nobody of this roster has this name or address.")})
    return swaps.ask_swap(gives=mine, takes=theirs, asked_of=other, note=note, acting_user=user)


def _shift(rows: QuerySet[DutyShift], pk: int | None) -> DutyShift | None:
    return rows.filter(pk=pk).select_related("roster", "person__user").first() if pk else None


def may_answer(user: User, swap: Swap, verb: str) -> bool:
    """Tell whether the user may say this word to a swap within reach: agree is the asked one's alone."""
    if verb in {"agree", "refuse"}:
        return bool(swap.asked_of.user_id == user.pk)
    return bool(swap.asked_by.user_id == user.pk) or reach.swaps(user, "duty.write").filter(pk=swap.pk).exists()


def answer_swap(user: User, public_id: UUID, verb: str) -> Swap:
    """Answer a swap; 404 out of reach, InvalidInputError when this word is another's."""
    if verb == "approve":
        return swaps.answer_swap(swap=reach.swap(user, public_id, "duty.write"), verb=verb, acting_user=user)
    found = reach.swap(user, public_id)
    if not may_answer(user, found, verb):
        raise InvalidInputError({"": _("Only who was asked can agree or refuse, and only who asked can withdraw.")})
    return swaps.answer_swap(swap=found, verb=verb, acting_user=user)


def add_leave(
    user: User, *, person: UUID | None, stand_in: UUID | None, starts: datetime, ends: datetime, reason: str = ""
) -> Leave:
    """Write a leave for oneself, or for somebody one answers for."""
    away = me(user) if person is None else named([person], user.realm, clock.now(user.realm), "person")[0]
    if not reach.may_speak_for(user, away):
        raise InvalidInputError({"person": _("You may name a stand-in for yourself and for your own people.")})
    other = named([stand_in], away.realm, clock.now(away.realm), "stand_in")[0] if stand_in else None
    return leaves.add_leave(person=away, stand_in=other, starts=starts, ends=ends, reason=reason, acting_user=user)


def add_override(user: User, roster: DutyRoster, realm: str, **given: Any) -> Override:
    """Give a person of the roster the duty for a while."""
    person = named([given.pop("person")], realm, clock.now(realm), "person")[0]
    return overrides.add_override(roster=roster, realm=realm, person=person, acting_user=user, **given)


def make_feed(user: User, roster: DutyRoster | None, realm: str) -> tuple[Feed, str]:
    """Make a calendar address: of a roster, or of the user's own shifts."""
    person = None if roster else me(user)
    return feeds.make_feed(realm=person.realm if person else realm, roster=roster, person=person, acting_user=user)


def feed_address(secret: str) -> str:
    """Return the whole address of a calendar."""
    return settings.IOC_PUBLIC_URL + reverse("duty:feed", args=[secret])
