"""Pure: which steps of a ticket fire now, in which order, and when the next one is due.

A ticket asks one target at a time, since what follows depends on whether anybody holds it; the engine answers many
tickets' questions together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.directory.models import Person
from services.tickets import people, workflow
from services.tickets.claiming import AnyTicket
from services.tickets.models import TicketStep
from services.tickets.reach import Asked
from services.tickets.steps import FIRED, PENDING, VOID, Step


def next_due_of(ticket: AnyTicket, steps: Iterable[Step]) -> datetime | None:
    """Return when the next of the ticket's present steps fires, None when it runs no more."""
    if ticket.state not in workflow.RUNNING:
        return None
    return min((step.due_at for step in steps if _waits(ticket, step)), default=None)


def _waits(ticket: AnyTicket, step: Step) -> bool:
    return step.state == PENDING and not _overtaken(ticket, step)


def _overtaken(ticket: AnyTicket, step: Step) -> bool:
    return step.until == TicketStep.UNTIL_ACKNOWLEDGED and ticket.acknowledged_at is not None


@dataclass(slots=True)
class Climb:
    """One locked ticket on its way up. ``steps`` are all of its present generation, lowest first.

    ``fired`` holds the steps that fired now with whom they told, ``changed`` every step that is another than before.
    Where nobody holds a target the next step is asked at once, never silence.
    """

    ticket: AnyTicket
    steps: Sequence[Step]
    now: datetime
    fired: list[tuple[Step, list[Person]]] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    _left: list[Step] = field(default_factory=list)
    _nobody: bool = False

    def __post_init__(self) -> None:
        # By their time: an extension may leave a step counted from the deadline behind one counted from the opening.
        pending = [step for step in self.steps if step.state == PENDING]
        self._left = sorted(pending, key=lambda step: (step.due_at, step.index), reverse=True)

    def question(self) -> Asked | None:
        """Return what is to be asked now, None when nothing more fires; steps that are overtaken become void."""
        while self._left and self.ticket.state in workflow.RUNNING:
            step = self._left[-1]
            if not self._nobody and step.due_at > self.now:
                return None
            if not _overtaken(self.ticket, step):
                return Asked.of(step.target, self.ticket)
            step.state = VOID
            self.changed.append(self._left.pop())
        return None

    def answer(self, told: list[Person]) -> None:
        """Fire the step whose question was asked."""
        step = self._left.pop()
        step.state, step.fired_at = FIRED, self.now
        step.holders = [people.written(person) for person in told]
        self.ticket.step_index = max(self.ticket.step_index, step.index)
        self.fired.append((step, told))
        self.changed.append(step)
        self._nobody = not told
