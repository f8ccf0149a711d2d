"""Age groups of cases, as reports write them: ``0-4``, ``15-49``, ``65+``. Pure."""

import itertools
import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

OLDEST = 120
"""Nobody is older (configuration)."""
_GROUP = re.compile(r"(\d{1,3})(?:-(\d{1,3})|\+)")


def bounds(group: str) -> tuple[int, int] | None:
    """Return the first and last age of a group, None for what is no group of ages that people reach."""
    match = _GROUP.fullmatch(group)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or OLDEST)
    return (first, last) if first <= last <= OLDEST else None


def ages_error(ages: Mapping[str, int], cases: int) -> str:
    """Return what is wrong with counts by age group, empty when nothing is: impossible ages, overlaps, too many."""
    found = [(group, bounds(group)) for group in ages]
    strange = [group for group, span in found if span is None]
    if strange:
        return _("no group of ages: {groups}").format(groups=", ".join(strange))
    spans = sorted(span for _group, span in found if span)
    if any(later[0] <= earlier[1] for earlier, later in itertools.pairwise(spans)):
        return _("groups overlap")
    if sum(ages.values()) > cases:
        return _("count more people than there are cases")
    return ""
