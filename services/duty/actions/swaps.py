"""Swaps: asked by one, agreed by the other, approved where the roster says so; then both shifts change hands."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from services.audit.actions import record
from services.directory.models import DutyShift, Person, User
from services.duty import planning, telling
from services.duty.actions.overrides import about
from services.duty.models import Override, Swap
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.problems import IllegalVerbError, InvalidInputError

LEGAL = {
    Swap.State.ASKED: ("agree", "refuse", "withdraw"),
    Swap.State.AGREED: ("approve", "refuse", "withdraw"),
}
"""What can become of a swap in a state; the others are ends."""


@transaction.atomic
def ask_swap(
    *, gives: DutyShift, takes: DutyShift | None = None, asked_of: Person | None = None, note: str = "",
    acting_user: User | None,
) -> Swap:  # fmt: skip
    """Ask the holder of ``takes`` to swap, or ``asked_of`` to take over for nothing; InvalidInputError by field."""
    realm, now = gives.person.realm, clock.now(gives.person.realm)
    other = takes.person if takes else asked_of
    errors = _errors(gives, takes, other, now)
    if errors or other is None:
        raise InvalidInputError(errors or {"takes": _("Choose a shift or a person.")})
    swap = Swap(
        realm=realm, roster=gives.roster, asked_by=gives.person, asked_of=other,
        gives_starts=gives.starts, gives_ends=gives.ends,
        takes_starts=takes.starts if takes else None, takes_ends=takes.ends if takes else None,
        note=note.strip(), asked_at=now, due_at=min(gives.starts, takes.starts) if takes else gives.starts,
    )  # fmt: skip
    try:
        with transaction.atomic():
            swap.save()
    except IntegrityError:
        raise InvalidInputError({"gives": _("You have asked about this shift already.")}) from None
    record(verb="ask_swap", target=swap, realm=realm, acting_user=acting_user, detail=_about(swap))
    telling.tell_asked(swap, now=now)
    return swap


def _errors(gives: DutyShift, takes: DutyShift | None, other: Person | None, now: datetime) -> dict[str, str]:
    if gives.starts <= now or (takes and takes.starts <= now):
        return {"gives": _("A shift that has begun is no longer swapped.")}
    if other is None:
        return {"takes": _("Choose a shift or a person.")}
    if other.pk == gives.person_id:
        return {"takes": _("Choose somebody else.")}
    if other.realm != gives.person.realm or (takes and takes.roster_id != gives.roster_id):
        return {"takes": _("Choose a shift of the same roster.")}
    return {}


@transaction.atomic
def answer_swap(*, swap: Swap, verb: str, acting_user: User | None) -> Swap:
    """Do ``agree``, ``refuse``, ``withdraw`` or ``approve``; IllegalVerbError names what its state allows."""
    held = Swap.objects.select_for_update(of=("self",)).select_related("roster", "asked_by", "asked_of").get(pk=swap.pk)
    now = clock.now(held.realm)
    legal = LEGAL.get(Swap.State(held.state), ()) if now < held.due_at else ()
    if verb not in legal:
        raise IllegalVerbError(verb, held.state, legal)
    if verb == "agree":
        needs = planning.plan_of(held.roster, held.realm).swap_needs_approval
        held.state = Swap.State.AGREED if needs else Swap.State.DONE
    else:
        states = {"approve": Swap.State.DONE, "refuse": Swap.State.REFUSED, "withdraw": Swap.State.WITHDRAWN}
        held.state = states[verb]
    if held.state == Swap.State.DONE:
        _check_still_theirs(held)
    held.ended_at = None if held.state in Swap.OPEN else now
    held.save(update_fields=["state", "ended_at"])
    record(verb=f"{verb}_swap", target=held, realm=held.realm, acting_user=acting_user, detail=_about(held))
    if held.state == Swap.State.DONE:
        _change_hands(held, acting_user, now)
    telling.tell_answered(held, verb, now=now, acting_user=acting_user)
    return held


@transaction.atomic
def lapse_due(limit: int = 100) -> int:
    """End the swaps whose first shift has begun without an answer; return how many."""
    rows = Swap.objects.filter(state__in=Swap.OPEN).select_related("roster", "asked_by", "asked_of")
    due = claim_due(rows, limit=limit)
    for swap in due:
        now = clock.now(swap.realm)
        swap.state, swap.ended_at = Swap.State.LAPSED, now
        swap.save(update_fields=["state", "ended_at"])
        record(verb="lapse_swap", target=swap, realm=swap.realm, acting_user=None, detail=_about(swap))
        telling.tell_answered(swap, "lapse", now=now, acting_user=None)
    return len(due)


def _check_still_theirs(swap: Swap) -> None:
    """The plan may have changed since it was asked: nobody gives away what is another's by now."""
    shifts = DutyShift.objects.filter(roster=swap.roster)
    given = shifts.filter(person=swap.asked_by, starts=swap.gives_starts, ends=swap.gives_ends).exists()
    taken = (
        swap.takes_starts is None
        or swap.takes_ends is None
        or shifts.filter(person=swap.asked_of, starts=swap.takes_starts, ends=swap.takes_ends).exists()
    )
    if not (given and taken):
        raise InvalidInputError({"": _("The shifts have changed since this was asked. Ask again.")})


def _change_hands(swap: Swap, acting_user: User | None, now: datetime) -> None:
    pieces = [(swap.asked_of, swap.gives_starts, swap.gives_ends)]
    if swap.takes_starts and swap.takes_ends:
        pieces.append((swap.asked_by, swap.takes_starts, swap.takes_ends))
    for person, starts, ends in pieces:
        # A shift written by hand stands above overrides: it becomes the plan's, or the swap would change nothing.
        DutyShift.objects.filter(roster=swap.roster, starts=starts, ends=ends, planned=False).update(planned=True)
        made = Override.objects.create(
            realm=swap.realm, roster=swap.roster, person=person, starts=starts, ends=ends, kind=Override.Kind.SWAP,
            swap=swap, reason=swap.note, made_by=acting_user, made_at=now,
        )  # fmt: skip
        record(verb="add_override", target=made, realm=swap.realm, acting_user=acting_user, detail=about(made))
    planning.replan(swap.roster, swap.realm)


def _about(swap: Swap) -> dict[str, object]:
    return {
        "roster": swap.roster.slug,
        "asked_by": swap.asked_by_id,
        "asked_of": swap.asked_of_id,
        "gives": swap.gives_starts.isoformat(),
        "takes": swap.takes_starts.isoformat() if swap.takes_starts else None,
        "state": swap.state,
    }
