"""How the pages draw policies: rows of the list, the ladder, the versions, and a dry run as a line through time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext

from services import registry
from services.alerts.tiles import name_of
from services.directory.models import Department, DutyRoster, Person, Position, Unit
from services.directory.selectors import rung_positions
from services.kernel.text import localised
from services.tickets.categories import category_name
from services.tickets.ladder import words
from services.tickets.ladder.dryrun import Quiet, Telling
from services.tickets.ladder.findings import Found
from services.tickets.ladder.rehearsal import Rehearsal, title_of
from services.tickets.models import Policy
from services.tickets.page_words import SEVERITIES
from services.tickets.people import CHAIR, HEAD


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a policy says, with its heading."""

    title: str
    value: str


def row_of(policy: Policy) -> dict[str, Any]:
    """Return a policy as the list shows it; no statement."""
    return {
        "href": reverse("tickets:policy", args=[policy.slug]),
        "active": policy.active,
        "order": policy.order,
        "title": localised(policy.title),
        "slug": policy.slug,
        "version": policy.version,
        "matches": ", ".join(matchers(policy)) or gettext("every alert"),
        "severity": policy.severity_name,
        "severity_word": gettext(SEVERITIES[policy.severity_name]),
        "opens": policy.opens,
        "deadline": words.period(policy.deadline),
        "steps": ngettext("{count} step", "{count} steps", len(policy.steps)).format(count=len(policy.steps)),
    }


def matchers(policy: Policy) -> list[str]:
    """Return in words what a policy asks of an alert, places only counted."""
    found = []
    if policy.rule:
        found.append(rule_of(policy.rule))
    elif policy.monitor:
        found.append(monitor_of(policy.monitor))
    if policy.category:
        found.append(_category(policy))
    if policy.units:
        count = len(policy.units)
        found.append(ngettext("in {count} unit", "in {count} units", count).format(count=count))
    if policy.departments:
        count = len(policy.departments)
        found.append(ngettext("of {count} department", "of {count} departments", count).format(count=count))
    return found


def monitor_of(slug: str) -> str:
    """Return what a monitor is called; one that is not installed by its own name."""
    try:
        return gettext(registry.monitor(slug).title)
    except registry.UnknownNameError:
        return slug


def rule_of(rule: str) -> str:
    """Return what a rule is called; one that nobody knows by its own name."""
    try:
        return gettext(registry.rule(rule)[1].title)
    except registry.UnknownNameError:
        return gettext(OWN_RULES[rule]) if rule in OWN_RULES else rule


OWN_RULES = {
    "intake.source_silent": gettext_noop("A data source is silent"),
    "tickets.nobody_on_duty": gettext_noop("A step of a ticket found nobody"),
    "tickets.engine_stopped": gettext_noop("The centre's own clockwork stands still"),
}
"""Rules of the centre itself, which no monitor registers."""


def facts_of(policy: Policy) -> list[Fact]:
    """Return what a version says beside its steps; two statements where it names places."""
    asks = [one for one in (rule_of(policy.rule) if policy.rule else "", _category(policy)) if one]
    facts = [
        Fact(gettext("Counts for"), ", ".join([*([monitor_of(policy.monitor)] if policy.monitor else []), *asks])),
        Fact(gettext("From severity"), gettext(SEVERITIES[policy.severity_name])),
        Fact(gettext("Where"), _where(policy)),
        Fact(gettext("To be done by"), gettext("{period} after opening").format(period=words.period(policy.deadline))),
        Fact(gettext("Order"), str(policy.order)),
    ]
    facts[0] = facts[0] if facts[0].value else Fact(facts[0].title, gettext("every alert"))
    if policy.acknowledgements > 1:
        text = ngettext("{count} person", "{count} different people", policy.acknowledgements)
        facts.append(Fact(gettext("To be acknowledged by"), text.format(count=policy.acknowledgements)))
    if policy.auto_close:
        facts.append(Fact(gettext("When the condition is gone"), gettext("The ticket closes itself")))
    return facts


def _category(policy: Policy) -> str:
    name = category_name(policy.category, policy.monitor)
    return gettext("category {name}").format(name=name) if name else ""


def _where(policy: Policy) -> str:
    return ", ".join([*units_in(policy.units), *departments_in(policy.departments)]) or gettext("everywhere")


def units_in(codes: Sequence[str]) -> list[str]:
    """Return what the last units of these codes are called; two statements."""
    named = dict(Unit.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "pk"))
    units = Unit.objects.filter(pk__in=named.values()).defer("geometry", "outline").order_by("code")
    return [localised(unit.label) for unit in units]


def departments_in(slugs: Sequence[str]) -> list[str]:
    """Return what these departments are called; one statement."""
    return [localised(department.label) for department in Department.objects.filter(slug__in=slugs)]


def steps_of(policy: Policy, today: date) -> list[dict[str, Any]]:
    """Return the ladder's rungs as drawn, before anybody is known who holds them."""
    return [
        {
            "title": _target(step["target"], today),
            "when": words.when(step),
            "unless": words.unless(step),
            "again": words.again(step),
            "of_deadline": step.get("from") == "deadline",
        }
        for step in policy.steps
    ]


def _target(target: Mapping[str, Any], today: date) -> str:
    """Return whom a target means wherever the ticket is: all positions of a rung, since its place decides."""
    kind, value = next(iter(target.items()))
    if kind == "rung":
        titles = [localised(position.label_in(None)) for position in rung_positions(int(value), today)]
        return " / ".join(titles) or gettext("Rung {number}").format(number=value)
    if kind == "position":
        position = Position.objects.filter(slug=value).first()
        return localised(position.label_in(None)) if position else str(value)
    if kind == "roster":
        roster = DutyRoster.objects.filter(slug=value).first()
        return localised(roster.label) if roster else str(value)
    if kind == "person":
        person = Person.objects.filter(public_id=str(value)).first()
        return person.full_name if person else "?"
    return gettext(CHAIR if kind == "chair" else HEAD)


def warning_of(one: Found) -> dict[str, Any]:
    """Return what is doubtful about a policy, and where."""
    field, _dot, rest = one.field.partition(".")
    number = rest.partition(".")[0]
    if field == "steps" and number.isdecimal():
        return {"where": gettext("Step {number}").format(number=int(number) + 1), "text": one.text}
    return {"where": "", "text": one.text}


def version_of(policy: Policy, shown: Policy) -> dict[str, Any]:
    """Return a line of the history."""
    by_pack = policy.origin == Policy.PACK
    return {
        "number": policy.version,
        "href": f"?version={policy.version}",
        "current": policy.pk == shown.pk,
        "at": policy.created_at,
        "by": gettext("from the province pack") if by_pack else name_of(policy.author),
        "note": policy.note,
        "retired": not policy.active,
    }


def played(policy: Policy, rehearsal: Rehearsal) -> dict[str, Any]:
    """Return a dry run as a line through time: opening, tellings, the deadline, and long stretches without any."""
    result = rehearsal.result
    items = [(result.start, 0, _item("opened", result.start))]
    items += [
        (one.at, 2, _item("nobody" if one.nobody else "told", one.at) | _told(rehearsal, one))
        for one in result.tellings
    ]
    items.append((result.due_at, 1, _item("deadline", result.due_at)))
    items += [(one.start, 3, _item("quiet", one.start) | _quiet(one)) for one in result.quiet]
    items.sort(key=lambda item: item[:2])
    return {
        "fits": rehearsal.fits,
        "opens": policy.opens,
        "start": result.start,
        "severity_word": gettext(SEVERITIES[rehearsal.question.severity]),
        "items": [item for _at, _rank, item in items],
        "vacant": any(one.nobody for one in result.tellings),
    }


_LOOKS = {
    "opened": ("work", "s-new"),
    "told": ("done", "s-done"),
    "nobody": ("bad", "s-not-fixed"),
    "deadline": ("re", "s-here"),
    "quiet": ("wait", "s-wait"),
}


def _item(kind: str, at: datetime) -> dict[str, Any]:
    css, shape = _LOOKS[kind]
    return {"kind": kind, "at": at, "css": css, "shape": shape}


def _told(rehearsal: Rehearsal, one: Telling[Person]) -> dict[str, Any]:
    return {
        "title": localised(title_of(rehearsal, one.step, one.turn)),
        "names": ", ".join(person.full_name for person in one.people),
        "early": one.early,
        "until_acknowledged": one.until == "acknowledged",
    }


def _quiet(one: Quiet) -> dict[str, Any]:
    return {"end": one.end, "minutes": one.minutes, "off": _days(one.off)}


def _days(off: Sequence[date]) -> str:
    """Return days off in words: those in a row as a span."""
    spans: list[list[date]] = []
    for day in off:
        if spans and (day - spans[-1][-1]).days == 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    return ", ".join(f"{days[0]:%d/%m}" + (f"–{days[-1]:%d/%m}" if len(days) > 1 else "") for days in spans)
