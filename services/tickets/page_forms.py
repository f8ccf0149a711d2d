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

from services.directory.models import Department, Unit, User
from services.directory.models.validity import valid_on
from services.kernel.clock import LOCAL
from services.kernel.text import capital, localised
from services.tickets.flow import assignees, texts
from services.tickets.flow.outside import is_followed
from services.tickets.models import Ticket
from services.tickets.page_words import LINKS, OUTCOMES, VERBS, WAITING
from services.tickets.selectors import visible

_DIGITS: Final = 12
"""Digits of a version that are read: more are no version of any ticket, and stale all the same."""

Kind = Literal["text", "line", "choice", "picks", "datetime-local"]


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
    "waiting_for": _("For whom"),
    "due_at": _("New deadline"),
    "person": _("To whom"),
    "to": _("To which office"),
    "title": _("What this part is about"),
    "department": _("Which department"),
    "into": _("Code of the ticket that carries on"),
    "kind": _("How it stands to the other one"),
    "other": _("Code of the other ticket"),
}
HINTS: Final = {
    "public_text": _("It is published: no names, no phone numbers."),
    "until": _("Every date moves by as long as it waits."),
    "due_at": _("The old deadline runs until you press the button."),
    "department": _("They see it, comment, attach and tick; the deadline stays yours."),
    "into": _("Who reported either of them hears of every step; histories are read as one."),
}
OPTIONAL: Final = frozenset({("assign", "note"), ("transfer", "note"), ("involve", "note"), ("merge", "note")})
PLAIN: Final = ("title", "department", "kind", "other", "waiting_for", "item", "mark", "link", "text")
"""Fields that go to the action as they were typed."""


def asked(verb: str, *, parts: bool = False) -> tuple[str, ...]:
    """Return the fields of a verb's form; approving asks for a reason while ``parts`` of the ticket are open."""
    return ("note",) if verb == "approve" and parts else VERBS[verb].asks


def fields_of(
    verb: str,
    ticket: Ticket,
    now: datetime,
    typed: QueryDict | None = None,
    given: Given | None = None,
    *,
    parts: bool = False,
) -> list[Field]:
    """Return a verb's fields for this ticket, with what was typed and what was wrong with it."""
    errors = given.errors if given else {}
    fields = []
    for name in asked(verb, parts=parts):
        drawn = _field(verb, name, ticket, now)
        if drawn is not None:
            value = typed.get(name, "") if typed is not None else drawn.value
            choices = tuple(replace(choice, chosen=choice.value == value) for choice in drawn.choices)
            fields.append(replace(drawn, value=value, error=errors.get(name, ""), choices=choices))
    return fields


def read(verb: str, typed: QueryDict, ticket: Ticket, user: User) -> Given:
    """Read what was typed into the action's fields."""
    fields: dict[str, Any] = {"note": typed.get("note", "").strip()}
    errors: dict[str, str] = {}
    asks = VERBS[verb].asks if verb in VERBS else ()
    fields |= {name: str(typed[name]).strip() for name in PLAIN if typed.get(name)}
    fields |= _instants(asks, typed, errors) | _named(verb, asks, typed, ticket, user)
    if "outcome" in asks:
        fields |= _result(typed, ticket, errors)
    if verb == "comment":
        fields["public"] = typed.get("audience") == "public"
    if verb == "watch":
        fields["off"] = typed.get("off") == "1"
    if typed.get("version", "").isdecimal():
        fields["version"] = int(typed.get("version", "")[:_DIGITS])
    return Given(fields, errors)


def _instants(asks: Sequence[str], typed: QueryDict, errors: dict[str, str]) -> dict[str, Any]:
    fields = {name: _instant(typed.get(name, "")) for name in ("until", "due_at") if name in asks}
    errors |= {name: gettext("Give a day and a time.") for name, moment in fields.items() if moment is None}
    return fields


def _named(verb: str, asks: Sequence[str], typed: QueryDict, ticket: Ticket, user: User) -> dict[str, Any]:
    """Return who and what was named: an office, a person, another ticket by its code, an item, a link."""
    fields: dict[str, Any] = {}
    if "to" in asks:
        kind, _sep, name = typed.get("to", "").partition(":")
        fields |= {kind: name} if kind in {"department", "unit"} else {}
    if "person" in asks:
        fields["person"] = _identifier(typed.get("person", ""))
    if "into" in asks:
        named = visible(user, ticket.realm).filter(code__iexact=typed.get("into", "").replace("\x00", "").strip()[:20])
        fields["into"] = named.values_list("public_id", flat=True).first()
    for name, of in (("item", "tick"), ("link", "unlink")):
        if verb == of:
            fields[name] = _identifier(typed.get(name, ""))
    return fields


def refused(errors: Mapping[str, Any], verb: str = "") -> Given:
    """Return an action's refusal under the names of the form's fields; what belongs to none stands under ``""``."""
    asks = asked(verb, parts=True) if verb in VERBS else ("note",)
    flat: dict[str, str] = {}
    for name, said in errors.items():
        field = "to" if "to" in asks and name in {"department", "unit"} else name
        text = " ".join(map(str, said))
        key = field if field in asks else ""
        flat[key] = f"{flat.get(key, '')} {capital(text)}".strip()
    return Given({}, flat)


def _result(typed: QueryDict, ticket: Ticket, errors: dict[str, str]) -> dict[str, str]:
    """A published result needs words for the public; the internal note may then stay empty."""
    outcome, note = typed.get("outcome", ""), typed.get("note", "").strip()
    if outcome not in OUTCOMES:
        errors["outcome"] = gettext("Choose how it ended.")
    if not is_followed(ticket):
        return {"outcome": outcome, "note": note}
    public_text = typed.get("public_text", "").strip()
    if not public_text:
        errors["public_text"] = (
            gettext("Say to whoever reported it why it is not fixed.")
            if outcome == "not_fixed"
            else gettext("Say it in a few words.")
        )
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
    if name in _CHOICES:
        kind, words = _CHOICES[name]
        return Field(name, label, kind, choices=[Choice(key, gettext(word)) for key, word in words.items()])
    if name == "public_text":
        return Field(name, label, "text", hint=hint) if is_followed(ticket) else None
    if name == "note":
        return _note(verb, label, ticket)
    if name in {"until", "due_at"}:
        return Field(name, label, "datetime-local", hint=hint)
    if name in {"title", "into", "other"}:
        return Field(name, label, "line", hint=hint, required=name != "title")
    empty = Choice("", gettext("Choose…"))
    return Field(name, label, "choice", hint=hint, choices=[empty, *_ends(name, ticket, now)])


_CHOICES: Final[Mapping[str, tuple[Kind, Mapping[str, str]]]] = {
    "outcome": ("picks", OUTCOMES),
    "waiting_for": ("picks", WAITING),
    "kind": ("picks", LINKS),
}


def _note(verb: str, label: str, ticket: Ticket) -> Field:
    optional = (verb, "note") in OPTIONAL or (verb == "resolve" and is_followed(ticket))
    title = gettext("Internal note") if optional else gettext("What was done") if verb == "resolve" else label
    return Field("note", title, "text", required=not optional)


def _ends(name: str, ticket: Ticket, now: datetime) -> list[Choice]:
    """Return whom a ticket can be given to, or asked to help."""
    if name == "person":
        return [Choice(str(person.public_id), person.full_name) for person in assignees.people_of(ticket, now)]
    if name == "to":
        return offices(now)
    taken = {ticket.department_id, *ticket.along}
    return [Choice(one.slug, localised(one.label)) for one in _departments(now) if one.pk not in taken]


def _departments(now: datetime) -> list[Department]:
    return list(Department.objects.filter(valid_on(now.astimezone(LOCAL).date())))


def offers_for(ticket: Ticket, now: datetime, *, public: bool | None = None) -> list[texts.Offer]:
    """Return the standard texts to be offered, for the public or for notes; None: both."""
    return [one for one in texts.offered(ticket, now) if public is None or one.public == public]


def offices(now: datetime) -> list[Choice]:
    """Every department and commune of today, a transfer's possible ends."""
    today = now.astimezone(LOCAL).date()
    units = Unit.objects.filter(valid_on(today), level=Unit.Level.COMMUNE).defer("geometry", "outline")
    named = sorted((localised(unit.label), unit.code) for unit in units)
    return [
        *(Choice(f"department:{one.slug}", localised(one.label)) for one in _departments(now)),
        *(Choice(f"unit:{code}", title) for title, code in named),
    ]
