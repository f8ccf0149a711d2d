"""Pure: which policies can never be asked, since one before them takes every alert that they fit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from services.contract import rank_of
from services.tickets.ladder.findings import Found
from services.tickets.ladder.known import Known

Draft = Mapping[str, Any]


def hidden(draft: Draft, others: Sequence[Draft], known: Known) -> Iterator[Found]:
    """Warn of policies that hide this one and of those that it hides; ``others`` are the policies in force."""
    place = (draft["order"], draft["slug"])
    for other in others:
        if other["slug"] == draft["slug"]:
            continue
        first = (other["order"], other["slug"]) < place
        if first and takes_all_of(other, draft, known):
            text = _("never asked: “{name}” comes first and takes every such alert")
            yield Found("order", text.format(name=other["slug"]), warning=True)
        elif not first and takes_all_of(draft, other, known):
            text = _("“{name}” comes later and would never be asked")
            yield Found("order", text.format(name=other["slug"]), warning=True)


def takes_all_of(first: Draft, later: Draft, known: Known) -> bool:
    """Tell whether every alert that fits ``later`` fits ``first`` too."""
    if rank_of(first.get("severity", "info")) > rank_of(later.get("severity", "info")):
        return False
    monitor = later.get("monitor") or known.rules.get(later.get("rule", ""), "")
    matchers = [
        (first.get("monitor", ""), monitor),
        (first.get("rule", ""), later.get("rule", "")),
        (first.get("category", ""), later.get("category", "")),
    ]
    if any(wide not in {"", narrow} for wide, narrow in matchers):
        return False
    places = ((first.get(name, []), later.get(name, [])) for name in ("units", "departments"))
    return all(not wide or (narrow and set(narrow) <= set(wide)) for wide, narrow in places)
