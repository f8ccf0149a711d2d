"""What a ticket's page shows: buttons from the transition table (state × role), the ladder, the facts, the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from services.directory.access import scope_of
from services.directory.models import User
from services.directory.readers import initials_of
from services.kernel.text import render
from services.tickets import workflow
from services.tickets.ladder import acknowledging
from services.tickets.models import Ticket, TicketEntry, TicketStep
from services.tickets.page_words import EVENTS, HINTS, OUTCOMES, VERBS, Verb, localised, monitor_of, source_of

SHOWN: Final = ("all", "public", "internal")


@dataclass(frozen=True, slots=True)
class Button:
    """A verb that the reader may use now."""

    verb: Verb
    href: str
    primary: bool
    current: bool

    @property
    def title(self) -> str:
        """The words on it."""
        return gettext(self.verb.title)

    @property
    def icon(self) -> str:
        """Its Lucide icon."""
        return self.verb.icon

    @property
    def asks(self) -> bool:
        """True when it opens a form; else one press does it."""
        return bool(self.verb.asks)


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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history."""

    at: datetime
    who: str
    initials: str
    mine: bool
    public: bool
    comment: bool
    text: str
    note: str
    css: str
    shape: str


def may_use(user: User, ticket: Ticket, verb: str) -> bool:
    """Tell whether the reader's role reaches this ticket for this verb."""
    scope = scope_of(user, workflow.ACTION_OF[verb])
    return scope is not None and scope.covers(unit_id=ticket.unit_id, department_id=ticket.department_id)


def usable_verbs(user: User, ticket: Ticket) -> list[str]:
    """Return the verbs that both the state and the reader's role allow, in the table's order."""
    return [verb for verb in workflow.legal_verbs(ticket.state) if may_use(user, ticket, verb)]


def buttons_of(user: User, ticket: Ticket, doing: str) -> list[Button]:
    """Return the buttons: the one thing to do next first, then the rest in the table's order."""
    usable = set(usable_verbs(user, ticket))
    if ticket.acknowledged_at:
        usable.discard("acknowledge")
    here = reverse("tickets:ticket", args=[ticket.public_id])
    buttons = [
        Button(
            verb,
            href=f"{here}?do={verb.name}#do"
            if verb.asks
            else reverse("tickets:act", args=[ticket.public_id, verb.name]),
            primary=ticket.state in verb.main_in,
            current=doing == verb.name,
        )
        for verb in VERBS.values()
        if verb.name in usable
    ]
    return sorted(buttons, key=lambda button: not button.primary)


def hints_of(user: User, ticket: Ticket) -> list[str]:
    """Return the line that says what is missing and who does the rest."""
    if not may_use(user, ticket, "comment"):
        return [gettext("You can read this ticket, not change it.")]
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


def history_of(ticket: Ticket, reader: User, shown: str) -> list[Line]:
    """Return the history, newest first; ``shown`` narrows it to public or internal comments. One statement."""
    entries = ticket.entries.select_related("actor__person").order_by("-pk")
    if shown != "all":
        entries = entries.filter(verb="comment", public=shown == "public")
    return [_line(entry, reader) for entry in entries]


def _line(entry: TicketEntry, reader: User) -> Line:
    css, shape, text = EVENTS.get(entry.verb, ("new", "s-new", entry.verb))
    actor = entry.actor
    person = getattr(actor, "person", None) if actor else None
    mine = actor is not None and actor.pk == reader.pk
    name = person.full_name if person else actor.get_username() if actor else ""
    return Line(
        at=entry.at,
        who=gettext("You") if mine else name,
        initials=initials_of(person) if person else name[:2].upper(),
        mine=mine,
        public=entry.public,
        comment=entry.verb == "comment",
        text=_told(entry, gettext(text)),
        note=entry.note,
        css=css,
        shape=shape,
    )


def _told(entry: TicketEntry, text: str) -> str:
    title: Any = entry.detail.get("title")
    if entry.verb in {"notify", "escalate"} and title:
        vacant = gettext("nobody holds this post")
        return f"{text}: {localised(title)}" + ("" if entry.detail.get("people") else f" ({vacant})")
    return text


def title_of(ticket: Ticket) -> str:
    """Return the ticket's title in the reader's language."""
    return render(ticket.title)
