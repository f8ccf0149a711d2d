"""The forms of verbs: which fields a verb asks for, what a person typed, and what goes to the action.

Rules live in the actions; here only shapes are read (an instant, a choice), and whatever was typed is shown again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.directory.models import Department, Person, Unit
from services.directory.models.validity import valid_on
from services.kernel.clock import LIVE, LOCAL
from services.tickets.models import Ticket
from services.tickets.page_words import OUTCOMES, VERBS, localised, monitor_of

Kind = Literal["text", "choice", "picks", "datetime-local"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to choose."""

    value: str
    title: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the page draws it."""

    name: str
    label: str
    kind: Kind
    required: bool = True
    hint: str = ""
    value: str = ""
    error: str = ""
    choices: Sequence[Choice] = ()

    @property
    def id(self) -> str:
        """The element's id."""
        return f"do_{self.name}"

    @property
    def as_picks(self) -> bool:
        """True when the choices stand as radio buttons."""
        return self.kind == "picks"


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a POST: ``fields`` for the action, ``errors`` by field of the form."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


LABELS: Final = {
    "note": _("Reason"),
    "public_text": _("Result, in words for whoever reported it"),
    "outcome": _("How did it end?"),
    "until": _("Until"),
    "due_at": _("New deadline"),
    "person": _("To whom"),
    "to": _("To which office"),
}
HINTS: Final = {
    "public_text": _("It is published: no names, no phone numbers."),
    "until": _("Every date moves by as long as it waits."),
    "due_at": _("The old deadline runs until you press the button."),
}
_FORM_FIELD_OF: Final = {"department": "to", "unit": "to"}


def is_public(ticket: Ticket) -> bool:
    """Tell whether somebody outside follows this ticket: its monitor passes on what becomes of it."""
    monitor = monitor_of(ticket)
    return monitor is not None and monitor.follow is not None


def fields_of(
    verb: str, ticket: Ticket, now: datetime, typed: QueryDict | None = None, given: Given | None = None
) -> list[Field]:
    """Return a verb's fields for this ticket, with what was typed and what was wrong with it."""
    errors = given.errors if given else {}
    fields = []
    for name in VERBS[verb].asks:
        drawn = _field(verb, name, ticket, now)
        if drawn is not None:
            value = typed.get(name, "") if typed is not None else drawn.value
            choices = tuple(replace(choice, chosen=choice.value == value) for choice in drawn.choices)
            fields.append(replace(drawn, value=value, error=errors.get(name, ""), choices=choices))
    return fields


def read(verb: str, typed: QueryDict, ticket: Ticket) -> Given:
    """Read what was typed into the action's fields."""
    fields: dict[str, Any] = {"note": typed.get("note", "").strip()}
    errors: dict[str, str] = {}
    asks = VERBS[verb].asks if verb in VERBS else ()
    for name in ("until", "due_at"):
        if name in asks:
            fields[name] = _instant(typed.get(name, ""))
            if fields[name] is None:
                errors[name] = gettext("Give a day and a time.")
    if "to" in asks:
        kind, _sep, name = typed.get("to", "").partition(":")
        fields |= {kind: name} if kind in {"department", "unit"} else {}
    if "person" in asks:
        fields["person"] = _identifier(typed.get("person", ""))
    if "outcome" in asks:
        fields |= _result(typed, ticket, errors)
    if verb == "comment":
        fields["public"] = typed.get("audience") == "public"
    return Given(fields, errors)


def refused(errors: Mapping[str, Any]) -> Given:
    """Return an action's refusal under the names of the form's fields."""
    flat = {_FORM_FIELD_OF.get(name, name): " ".join(map(str, texts)) for name, texts in errors.items()}
    return Given({}, {name: text[:1].upper() + text[1:] for name, text in flat.items()})


def _result(typed: QueryDict, ticket: Ticket, errors: dict[str, str]) -> dict[str, str]:
    """A published result needs words for the public; the internal note may then stay empty."""
    outcome, note = typed.get("outcome", ""), typed.get("note", "").strip()
    if outcome not in OUTCOMES:
        errors["outcome"] = gettext("Choose how it ended.")
    if not is_public(ticket):
        return {"outcome": outcome, "note": note}
    public_text = typed.get("public_text", "").strip()
    if not public_text:
        errors["public_text"] = gettext("Say it in a few words.")
    return {"outcome": outcome, "public_text": public_text, "note": note or public_text}


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LOCAL)
    except ValueError:
        return None


def _field(verb: str, name: str, ticket: Ticket, now: datetime) -> Field | None:
    label, hint = gettext(LABELS[name]), gettext(HINTS[name]) if name in HINTS else ""
    if name == "outcome":
        return Field(name, label, "picks", choices=[Choice(key, gettext(word)) for key, word in OUTCOMES.items()])
    if name == "public_text":
        return Field(name, label, "text", hint=hint) if is_public(ticket) else None
    if name == "note":
        optional = verb in {"assign", "transfer"} or (verb == "resolve" and is_public(ticket))
        title = gettext("Internal note") if optional else gettext("What was done") if verb == "resolve" else label
        return Field(name, title, "text", required=not optional)
    if name in {"until", "due_at"}:
        return Field(name, label, "datetime-local", hint=hint)
    empty = Choice("", gettext("Choose…"))
    return Field(name, label, "choice", choices=[empty, *(_people(ticket, now) if name == "person" else offices(now))])


def _people(ticket: Ticket, now: datetime) -> list[Choice]:
    """The persons of the ticket's own office, as they are listed: by given name."""
    today = now.astimezone(LOCAL).date()
    rows = Person.objects.filter(valid_on(today, "appointments__"))
    if ticket.realm == LIVE:  # elsewhere invented persons answer beside the real ones
        rows = rows.filter(realm=LIVE)
    if ticket.department_id:
        rows = rows.filter(appointments__department=ticket.department_id)
    else:
        rows = rows.filter(appointments__unit=ticket.unit_id)
    return [Choice(str(person.public_id), person.full_name) for person in rows.distinct()]


def offices(now: datetime) -> list[Choice]:
    """Every department and commune of today, a transfer's possible ends."""
    today = now.astimezone(LOCAL).date()
    departments = Department.objects.filter(valid_on(today))
    units = Unit.objects.filter(valid_on(today), level=Unit.Level.COMMUNE).defer("geometry", "outline")
    named = sorted((localised(unit.label), unit.code) for unit in units)
    return [
        *(Choice(f"department:{one.slug}", localised(one.label)) for one in departments),
        *(Choice(f"unit:{code}", title) for title, code in named),
    ]
