"""Which stations fell silent together, and are one outage. Pure.

Whoever repairs is sent once: to the collector when most of everything is silent, to a commune's link when most of its
stations are, else to each station by itself. Each silent station belongs to one outage, and the same silence always
gives the same ones, so that the larger takes over from the smaller and gives back what is left.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

FEW: Final = 3
"""Fewer silent stations than this have each a cause of its own (configuration)."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What is silent together: ``key`` is the group or the station, empty for everything.

    ``silent`` are the stations, sorted, and ``heard`` is of how many: those there that ever spoke.
    """

    extent: Literal["all", "group", "station"]
    key: str
    silent: tuple[str, ...]
    heard: int


def together(silent: int, heard: int) -> bool:
    """Tell whether so many silent ones of so many have one cause: most of them, and not just one or two."""
    return silent >= FEW and 2 * silent > heard


def outages(silent: Collection[str], groups: Mapping[str, str]) -> list[Outage]:
    """Return the outages behind silent stations; ``groups`` names the group of every station that ever spoke."""
    quiet = sorted(set(silent) & groups.keys())
    if together(len(quiet), len(groups)):
        return [Outage("all", "", tuple(quiet), len(groups))]
    members, sizes = _by_group(quiet, groups), _by_group(list(groups), groups)
    found: list[Outage] = []
    for group, those in sorted(members.items()):
        heard = len(sizes[group])
        if together(len(those), heard):
            found.append(Outage("group", group, tuple(those), heard))
        else:
            found += [Outage("station", slug, (slug,), 1) for slug in those]
    return found


def _by_group(slugs: Sequence[str], groups: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for slug in slugs:
        found[groups[slug]].append(slug)
    return found
