"""Many cameras down at once are one outage: a cable, a power cut, a server; not twenty."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TOGETHER = 4
"""Cameras of one commune, or of one owner, that make one outage (configuration)."""


@dataclass(frozen=True, slots=True)
class Down:
    """A camera without a usable picture, and since when."""

    camera: str
    unit: str
    owner: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """What one finding tells: the cameras of a commune, of an owner, or a single one; the longest first."""

    kind: Literal["camera", "unit", "owner"]
    name: str
    cameras: tuple[Down, ...]

    @property
    def key(self) -> str:
        """What it is called in a fingerprint."""
        return f"{self.kind}:{self.name}"

    @property
    def since(self) -> datetime:
        """Since when the first of them has been down."""
        return self.cameras[0].since


def outages(down: Iterable[Down]) -> list[Outage]:
    """Put cameras together by commune where there are enough, what is left by owner, the rest stay single."""
    rest = sorted(down, key=lambda one: (one.since, one.camera))
    found: list[Outage] = []
    for kind in ("unit", "owner"):
        groups: dict[str, list[Down]] = defaultdict(list)
        for one in rest:
            groups[getattr(one, kind)].append(one)
        large = {name: group for name, group in groups.items() if name and len(group) >= TOGETHER}
        found += [Outage(kind, name, tuple(group)) for name, group in sorted(large.items())]
        rest = [one for one in rest if getattr(one, kind) not in large]
    return found + [Outage("camera", one.camera, (one,)) for one in rest]
