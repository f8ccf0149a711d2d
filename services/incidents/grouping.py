"""Pure: which alerts make one incident, from pairs that are near each other in place and time.

Alerts that are connected by any chain of such pairs are one group. That is a property of the alerts themselves, so it
does not matter in which order they came, nor how they were cut into batches.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """Alerts that belong together, and the incidents that some of them are in already (the first stays)."""

    alerts: tuple[int, ...]
    incidents: tuple[int, ...]


def groups(pairs: Iterable[tuple[int, int]], homes: Mapping[int, int]) -> list[Group]:
    """Return the groups of these pairs; ``homes`` are the incidents of alerts that are in one.

    Two groups that meet in one incident are one. Sorted, so that two workers never wait for each other.
    """
    alerts = {alert for pair in pairs for alert in pair}
    chain = _Chain()
    for one, other in pairs:
        chain.join(("alert", one), ("alert", other))
    for alert in alerts & homes.keys():
        chain.join(("alert", alert), ("incident", homes[alert]))
    found: dict[Hashable, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for alert in alerts:
        members, incidents = found[chain.top(("alert", alert))]
        members.add(alert)
        if alert in homes:
            incidents.add(homes[alert])
    made = [Group(tuple(sorted(members)), tuple(sorted(incidents))) for members, incidents in found.values()]
    return sorted(made, key=lambda group: group.alerts)


class _Chain:
    """Union-find: what is joined has one top."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def top(self, one: Hashable) -> Hashable:
        while (above := self._above.setdefault(one, one)) != one:
            self._above[one] = self._above[above]
            one = above
        return one

    def join(self, one: Hashable, other: Hashable) -> None:
        self._above[self.top(one)] = self.top(other)
