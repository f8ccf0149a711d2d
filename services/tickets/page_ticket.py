"""What a ticket's page shows: buttons from the transition table (state × role), the ladder, the facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from services.directory.models import User
from services.kernel.text import localised, render
from services.tickets import workflow
from services.tickets.flow.outside import monitor_of
from services.tickets.flow.reach import doable, may_do
from services.tickets.ladder import acknowledging
from services.tickets.models import Ticket, TicketStep
from services.tickets.page_forms import asked
from services.tickets.page_words import HINTS, OUTCOMES, VERBS, WAITING, Verb, source_of


@dataclass(frozen=True, slots=True)
class Button:
    """A verb that the reader may use now; ``asks`` when it opens a form, else one press does it."""

    verb: Verb
    href: str
    primary: bool
    current: bool
    asks: bool
    version: int

    @property
    def title(self) -> str:
        """The words on it."""
        return gettext(self.verb.title)

    @property
    def icon(self) -> str:
        """Its Lucide icon."""
        return self.verb.icon


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known, with its heading."""

    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder as drawn: told, next, to come or called off."""

    title: dict[str, str]
    names: str
    at: datetime
    css: str
    shape: str
    fired: bool = False
    void: bool = False
    now: bool = False
    until_acknowledged: bool = False


def usable_verbs(user: User, ticket: Ticket) -> list[str]:
    """Return the verbs that both the state and the reader's role allow, in the table's order."""
    return doable(user, ticket, workflow.legal_verbs(ticket.state))


def buttons_of(user: User, ticket: Ticket, doing: str, *, parts: bool = False) -> list[Button]:
    """Return the buttons: the one thing to do next first, then the rest in the table's order.

    ``parts``: the ticket has open children, so that approving it asks why.
    """
    usable = set(usable_verbs(user, ticket))
    if ticket.acknowledged_at:
        usable.discard("acknowledge")
    if "extend" in usable:
        usable.discard("ask_extension")
    here = reverse("tickets:ticket", args=[ticket.public_id])
    buttons = [
        Button(
            verb,
            href=f"{here}?do={verb.name}#do" if asks else reverse("tickets:act", args=[ticket.public_id, verb.name]),
            primary=ticket.state in verb.main_in,
            current=doing == verb.name,
            asks=bool(asks),
            version=ticket.version,
        )
        for verb, asks in ((one, asked(one.name, parts=parts)) for one in VERBS.values())
        if verb.name in usable and not verb.beside
    ]
    return sorted(buttons, key=lambda button: not button.primary)


def hints_of(user: User, ticket: Ticket) -> list[str]:
    """Return the line that says what is missing and who does the rest."""
    if ticket.state == workflow.CLOSED and ticket.outcome == "not_fixed" and ticket.public_text:
        return [gettext("Closed, not fixed, because: {reason}").format(reason=ticket.public_text)]
    if not may_do(user, ticket, "comment"):
        return [gettext("You can read this ticket, not change it.")]
    if not may_do(user, ticket, "assign"):
        return [gettext("Your department helps here: comment, attach and tick. The deadline is the lead's.")]
    missing = acknowledging.missing(ticket) if ticket.state in workflow.RUNNING else 0
    if missing:
        text = ngettext("{count} more person must acknowledge it.", "{count} more people must acknowledge it.", missing)
        return [text.format(count=missing)]
    if ticket.condition_gone_at and ticket.state in workflow.RUNNING:
        return [gettext("The condition is gone. Check it and report it done.")]
    return [gettext(HINTS[ticket.state])] if ticket.state in HINTS else []


def where_of(ticket: Ticket, reader: User) -> str:
    """Return the line under the title: office, place, holder."""
    holder = ticket.assignee
    if holder is None:
        held = gettext("nobody has taken it")
    elif holder.user_id == reader.pk:
        held = gettext("held by you")
    else:
        held = gettext("held by {name}").format(name=holder.full_name)
    places = [localised(place.label) for place in (ticket.department, ticket.unit) if place]
    return " · ".join([*places, held])


def told_by(ticket: Ticket) -> tuple[list[str], list[Known]]:
    """Return what the records behind the ticket say: citizens' words as quotations, and facts."""
    monitor = monitor_of(ticket)
    own = next((rule.facts for rule in monitor.rules if rule.id == ticket.rule), None) if monitor else None
    tell = own or (monitor.facts if monitor else None)
    facts = tell(ticket.alert.evidence) if tell and ticket.alert else []
    said = [(fact, fact.value if isinstance(fact.value, str) else localised(fact.value)) for fact in facts]
    quotes = [value for fact, value in said if fact.words]
    return quotes, [Known(gettext(fact.title), value) for fact, value in said if not fact.words]


def facts_of(ticket: Ticket) -> list[Known]:
    """Return what is known about the ticket's cause."""
    monitor = monitor_of(ticket)
    rules = monitor.rules if monitor else ()
    rule = next((gettext(rule.title) for rule in rules if rule.id == ticket.rule), ticket.rule)
    facts = [Known(gettext("Source"), source_of(ticket)), Known(gettext("Found by the rule"), rule)]
    alert = ticket.alert
    if alert is not None and alert.count > 1:
        facts.append(Known(gettext("Happenings so far"), str(alert.count)))
    if ticket.waiting_for in WAITING:
        facts.append(Known(gettext("Waits for"), gettext(WAITING[ticket.waiting_for])))
    if ticket.outcome:
        facts.append(Known(gettext("How it ended"), gettext(OUTCOMES[ticket.outcome])))
    if ticket.public_text:
        facts.append(Known(gettext("Published result"), ticket.public_text))
    return facts


def ladder_of(ticket: Ticket, steps: Sequence[TicketStep]) -> list[Rung]:
    """Return the steps of the present generation, told and to come; those called off only while they tell something."""
    own = [step for step in steps if step.generation == ticket.generation] or list(steps)
    running = ticket.state in workflow.RUNNING
    following = next((step for step in own if step.state == TicketStep.PENDING), None)
    return [_rung(step, now=running and step is following) for step in own]


def _rung(step: TicketStep, *, now: bool) -> Rung:
    fired, void = step.state == TicketStep.FIRED, step.state == TicketStep.VOID
    css, shape = ("done", "s-done") if fired else ("new", "s-off") if void else ("new", "s-here" if now else "s-future")
    return Rung(
        title=step.title,
        names=", ".join(_told_as(holder) for holder in step.holders),
        at=step.fired_at or step.due_at,
        css=css,
        shape=shape,
        fired=fired,
        void=void,
        now=now,
        until_acknowledged=step.until == TicketStep.UNTIL_ACKNOWLEDGED,
    )


def _told_as(holder: Mapping[str, Any]) -> str:
    """Who was told, and for whom, where it was a stand-in."""
    name, other = str(holder.get("name", "")), holder.get("instead_of")
    return gettext("{name} for {other}").format(name=name, other=other) if other else name


def title_of(ticket: Ticket) -> str:
    """Return the ticket's title in the reader's language."""
    return render(ticket.title)
