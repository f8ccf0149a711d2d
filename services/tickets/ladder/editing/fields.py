"""How the form is drawn: each field with its value, what can be chosen, and what the validator says of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.tickets.ladder.editing.choices import Choices, Group, Option
from services.tickets.ladder.editing.typed import Row, Typed
from services.tickets.ladder.findings import Found

LABELS: Final[Mapping[str, str]] = {
    "order": _("Order"),
    "title_vi": _("Name in Vietnamese"),
    "title_en": _("Name in English"),
    "monitor": _("Alerts of the monitor"),
    "rule": _("Kind of alert"),
    "category": _("Group of alerts"),
    "severity": _("From severity"),
    "units": _("Communes and wards"),
    "departments": _("Departments"),
    "opens": _("Opens a ticket"),
    "auto_close": _("The ticket closes itself when the condition is gone"),
    "acknowledgements": _("To be acknowledged by so many people"),
    "deadline": _("To be done within"),
    "steps": _("Steps"),
    "note": _("Why this changes"),
    "target": _("Who is told"),
    "person": _("Which person"),
    "wait": _("How long after"),
    "origin": _("Counted from"),
    "until": _("No longer told"),
    "every": _("Told again every"),
    "times": _("So many more times"),
}
HINTS: Final[Mapping[str, str]] = {
    "order": _("A smaller number is asked earlier; the first policy that fits decides."),
    "category": _("As the alert says it; empty for any."),
    "wait": _("Empty: at once."),
    "every": _("Empty: told once."),
    "person": _("Begin to type a name, then choose."),
}
KINDS: Final[Sequence[Group]] = [
    ("", [("minutes", _("minutes")), ("working_minutes", _("working minutes")), ("working_days", _("working days"))])
]
ORIGINS: Final[Sequence[Group]] = [
    ("", [("opened", _("the opening of the ticket")), ("deadline", _("the ticket's deadline"))])
]
UNTILS: Final[Sequence[Group]] = [
    ("", [("acknowledged", _("once somebody acknowledges it")), ("resolved", _("only when it is done"))])
]
_ANCHORS: Final[Mapping[str, str]] = {"after": "wait", "from": "origin", "until": "until", "repeat": "every"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``id`` is its name too; ``kind_id``, ``kind`` and ``kinds`` are a period's second half."""

    id: str
    label: str
    value: str = ""
    groups: Sequence[Group] = ()
    said: Sequence[Found] = ()
    hint: str = ""
    kind: str = ""
    kinds: Sequence[Group] = ()

    @property
    def wrong(self) -> bool:
        """True when what is said hinders saving."""
        return any(not one.warning for one in self.said)


Said = Mapping[str, Sequence[Found]]


def by_anchor(found: Iterable[Found], typed: Typed) -> dict[str, list[Found]]:
    """Return what was found by the id of the field that it belongs to."""
    said: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        bare = one.field.startswith("steps.") and one.field.endswith(".target")
        text = gettext("choose whom this step tells") if bare else one.text
        said[anchor(one.field, typed)].append(Found(one.field, text, one.warning))
    return said


def anchor(path: str, typed: Typed) -> str:
    """Return the id of the field that a validator's path means."""
    name, *rest = path.split(".")
    if name == "title":
        return f"title_{rest[0] if rest else 'vi'}"
    if name != "steps" or not rest:
        return name
    step, parts = f"s{rest[0]}", rest[1:]
    if not parts:
        return step
    if parts[0] == "target":
        row = typed.steps[int(rest[0])]
        return f"{step}_person" if row.target == "person:" else f"{step}_target"
    return f"{step}_times" if parts[-1] == "times" else f"{step}_{_ANCHORS[parts[0]]}"


def summary(said: Said) -> list[dict[str, str]]:
    """Return what hinders saving as the list on top: where it is, in words and as a link, and what it is."""
    return [
        {"href": f"#{name}", "where": where(name), "text": one.text}
        for name, found in said.items()
        for one in found
        if not one.warning
    ]


def where(name: str) -> str:
    """Return what a field is called, a step's with the step."""
    step, _line, part = name.partition("_")
    if not (step[:1] == "s" and step[1:].isdecimal()):
        return gettext(LABELS.get(name, name))
    number = gettext("Step {number}").format(number=int(step[1:]) + 1)
    return f"{number}, {gettext(LABELS[part]).lower()}" if part else number


def plain_fields(typed: Typed, choices: Choices, said: Said) -> dict[str, Field]:
    """Return the fields that are not steps, by name."""
    groups: dict[str, Sequence[Group]] = {
        "monitor": choices.monitors,
        "rule": choices.rules,
        "severity": choices.severities,
    }
    names = ("order", "title_vi", "title_en", "monitor", "rule", "category", "severity", "acknowledgements")
    fields = {name: _field(name, name, getattr(typed, name), said, groups.get(name, ())) for name in names}
    fields["deadline"] = _field("deadline", "deadline", typed.deadline, said, kind=typed.deadline_kind)
    return fields


def step_rows(typed: Typed, choices: Choices, said: Said, focus: int | None) -> list[dict[str, Any]]:
    """Return the steps as drawn; ``focus`` is the one that the reader goes on with."""
    names = {public_id: label for label, public_id in choices.people.items()}
    last = len(typed.steps) - 1
    return [
        {
            "index": number,
            "id": f"s{number}",
            "number": number + 1,
            "said": said.get(f"s{number}", ()),
            "first": number == 0,
            "last": number == last,
            "focus": number == focus,
            **_parts(f"s{number}_", row, choices, names, said),
        }
        for number, row in enumerate(typed.steps)
    ]


def _parts(prefix: str, row: Row, choices: Choices, names: Mapping[str, str], said: Said) -> dict[str, Field]:
    groups: dict[str, Sequence[Group]] = {
        "target": choices.targets,
        "origin": _translated(ORIGINS),
        "until": _translated(UNTILS),
    }
    fields = {
        name: _field(f"{prefix}{name}", name, getattr(row, name), said, groups.get(name, ()))
        for name in ("target", "origin", "until", "times")
    }
    fields["person"] = _field(f"{prefix}person", "person", names.get(row.person, row.person), said)
    fields["wait"] = _field(f"{prefix}wait", "wait", row.wait, said, kind=row.wait_kind)
    fields["every"] = _field(f"{prefix}every", "every", row.every, said, kind=row.every_kind)
    return fields


def _field(
    name: str, word: str, value: str, said: Said, groups: Sequence[Group] = (), *, kind: str = ""
) -> Field:  # fmt: skip
    return Field(
        id=name,
        label=gettext(LABELS[word]),
        value=value,
        groups=_offered(groups, value),
        said=said.get(name, ()),
        hint=gettext(HINTS[word]) if word in HINTS else "",
        kind=kind,
        kinds=_offered(_translated(KINDS), kind) if kind else (),
    )


def _offered(groups: Sequence[Group], value: str) -> Sequence[Group]:
    """Return what can be chosen, with the present value even when it is there no more."""
    if not groups:
        return ()
    if any(key == value for _title, options in groups for key, _words in options):
        return groups
    return [("", [(value, value.rpartition(":")[2] or value)]), *groups]


def _translated(groups: Sequence[Group]) -> Sequence[Group]:
    return [(title, [(key, gettext(words)) for key, words in options]) for title, options in groups]


def boxes(chosen: Sequence[str], options: Sequence[Option]) -> list[dict[str, Any]]:
    """Return places to tick, those that are there no more but named first."""
    known = dict(options)
    shown = [(code, code) for code in dict.fromkeys(chosen) if code not in known] + list(options)
    return [{"value": value, "title": title, "chosen": value in chosen} for value, title in shown]
