"""Who hears of a swap by a message: the colleague who was asked, then whoever asked; each with a link to answer at.

The actor is not told. What was not sent yet is called off when the swap went on without it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from services.directory.models import Person, User
from services.duty.models import Swap
from services.kernel.clock import LOCAL
from services.notify import actions as notify

ASKED: Final = _("{who} asks you to take the shift {gives} ({roster})")
ASKED_BOTH: Final = _("{who} asks you to take the shift {gives} and takes your shift {takes} ({roster})")
AGREED: Final = _("{who} agrees to the swap of the shift {gives} ({roster}); it awaits approval")
DONE: Final = _("{who} agrees: the shift {gives} ({roster}) has changed hands")
APPROVED: Final = _("The swap of the shift {gives} ({roster}) is approved: it has changed hands")
REFUSED: Final = _("{who} does not agree: the shift {gives} ({roster}) stays as it was")
WITHDRAWN: Final = _("The question about the shift {gives} ({roster}) was withdrawn")
LAPSED: Final = _("Nobody agreed in time: the shift {gives} ({roster}) stays as it was")

SOON: Final = timedelta(hours=24)
"""What begins within this time is urgent: it may go by more channels."""
_QUESTION, _HALFWAY, _END = range(3)
"""Generations of a swap's messages: a later one calls off what is unsent of those before."""


def tell_asked(swap: Swap, *, now: datetime) -> None:
    """Tell the colleague who is asked, in the caller's transaction."""
    words = ASKED_BOTH if swap.takes_starts else ASKED
    _write(swap, [swap.asked_of], words, who=swap.asked_by, generation=_QUESTION, template="swap_asked", now=now)


def tell_answered(swap: Swap, verb: str, *, now: datetime, acting_user: User | None) -> None:
    """Tell those whom an answer concerns, in the caller's transaction; call off what it overtakes."""
    words = {"approve": APPROVED, "refuse": REFUSED, "withdraw": WITHDRAWN, "lapse": LAPSED}.get(verb)
    if words is None:
        words = DONE if swap.state == Swap.State.DONE else AGREED
    people = [swap.asked_by] if verb in {"agree", "refuse", "lapse"} else [swap.asked_by, swap.asked_of]
    actor = acting_user.pk if acting_user else None
    told = [person for person in people if actor is None or person.user_id != actor]
    generation = _HALFWAY if swap.state in Swap.OPEN else _END
    notify.void(realm=swap.realm, subject=_subject(swap), through_generation=generation - 1)
    _write(swap, told, words, who=swap.asked_of, generation=generation, template="swap_news", now=now)


def _subject(swap: Swap) -> str:
    return f"swap:{swap.public_id}"


def _write(
    swap: Swap, people: Sequence[Person], words: str, *, who: Person, generation: int, template: str, now: datetime
) -> None:
    params: dict[str, Any] = {
        "who": who.full_name,
        "roster": swap.roster.label,
        "gives": _span(swap.gives_starts, swap.gives_ends),
        "takes": _span(swap.takes_starts, swap.takes_ends) if swap.takes_starts and swap.takes_ends else "",
    }
    notify.enqueue(
        realm=swap.realm,
        subject=_subject(swap),
        generation=generation,
        step=0,
        people=people,
        template=template,
        context={
            "title": {"msgid": words, "params": params},
            "severity": "high" if swap.due_at - now <= SOON else "medium",
            "due_at": swap.due_at.isoformat(),
            "url": reverse("duty:me"),
        },
        now=now,
    )


def _span(starts: datetime, ends: datetime) -> str:
    """Return a shift in figures alone, since the reader's language is known only at sending."""
    first, last = starts.astimezone(LOCAL), ends.astimezone(LOCAL)
    if first.date() == last.date():
        return f"{first:%H:%M}–{last:%H:%M} {last:%d/%m/%Y}"
    return f"{first:%H:%M %d/%m}–{last:%H:%M %d/%m/%Y}"
