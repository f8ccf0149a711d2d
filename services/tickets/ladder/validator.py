"""The one validator of policies, for the province pack, the API, the admin and the pages alike. Pure.

It takes what was written as it came (JSON, TOML), knows the world from ``known``, and returns everything that it found,
in the order of the fields. Nothing that it lets pass makes the engine stop.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from services.tickets.ladder import check_values as values
from services.tickets.ladder.check_order import hidden
from services.tickets.ladder.check_steps import steps
from services.tickets.ladder.findings import Found
from services.tickets.ladder.known import Known
from services.tickets.ladder.shapes import FIELDS, MOST_ACKNOWLEDGEMENTS, MOST_PLACES


def check(
    draft: Mapping[str, Any], known: Known, *, others: Sequence[Mapping[str, Any]] = (), staffed: bool = True
) -> list[Found]:
    """Return what is wrong with a policy, and warnings.

    ``others`` are the policies in force, to see which one hides which. ``staffed`` False lets rosters without shifts
    and persons without an office pass with a warning, for a pack that is loaded before its people.
    """
    found = [*_plain(draft), *_names(draft, known), *steps(draft, known, staffed=staffed)]
    if not any(not one.warning for one in found):
        found += hidden(draft, others, known)
    return found


def _plain(draft: Mapping[str, Any]) -> Iterator[Found]:
    for name in draft:
        if name not in FIELDS:
            yield Found(str(name)[:40], _("there is no such field, only {names}").format(names=", ".join(FIELDS)))
    yield from values.slug(draft.get("slug"))
    if not values.whole(draft.get("order"), 0, 32_000):
        yield Found("order", _("a whole number from {least} to {most}").format(least=0, most=32_000))
    yield from values.title(draft.get("title"))
    yield from values.period(draft.get("deadline"), "deadline", least=1)
    yield from values.names(draft)
    yield from values.switches(draft)
    if not values.whole(draft.get("acknowledgements", 1), 1, MOST_ACKNOWLEDGEMENTS):
        text = _("a whole number from {least} to {most}").format(least=1, most=MOST_ACKNOWLEDGEMENTS)
        yield Found("acknowledgements", text)


def _names(draft: Mapping[str, Any], known: Known) -> Iterator[Found]:
    monitor, rule = draft.get("monitor", ""), draft.get("rule", "")
    if isinstance(monitor, str) and monitor and monitor not in known.monitors:
        yield Found("monitor", _("no monitor of this name is installed"), warning=True)
    owner = known.rules.get(rule) if isinstance(rule, str) else None
    if owner and monitor and monitor != owner:
        yield Found("rule", _("this rule belongs to “{name}”: nothing would ever fit").format(name=owner))
    yield from _places(draft, "units", known.units, _("there is no unit with the code “{name}”"))
    yield from _places(draft, "departments", known.departments, _("there is no department “{name}”"))


def _places(draft: Mapping[str, Any], field: str, there: frozenset[str], unknown: str) -> Iterator[Found]:
    given = draft.get(field, [])
    if not isinstance(given, list) or len(given) > MOST_PLACES:
        yield Found(field, _("a list of at most {count}").format(count=MOST_PLACES))
        return
    for number, one in enumerate(given):
        if not isinstance(one, str) or one not in there:
            yield Found(f"{field}.{number}", unknown.format(name=str(one)[:60]))
