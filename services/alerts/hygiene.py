"""What a province declares about its alerts: which hide others, which belong together, and who watches which.

Read from ``hygiene.toml`` of the pack in use; without that file nothing is declared. Names of rules live there, so that
no service knows a monitor.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from django.conf import settings

from services.directory.pack import PackError, Text, convert, load_pack, read_toml


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Immutable, and a misspelt key is an error."""


class Inhibition(_Row, frozen=True):
    """While an alert of ``rule`` is open whose fingerprint begins with ``prefix``, those of ``hides`` are hidden.

    ``same`` names what both must agree in: ``unit``, ``department``, ``category``, ``monitor``, or ``key``, the part
    of the fingerprint after the rule's own name.
    """

    slug: str
    rule: str
    hides: tuple[str, ...]
    prefix: str = ""
    same: tuple[str, ...] = ()


class Kind(_Row, frozen=True):
    """Alerts of one kind: of a monitor, a rule, a category; an empty word fits all."""

    monitor: str = ""
    rule: str = ""
    category: str = ""

    def fits(self, monitor: str, rule: str, category: str) -> bool:
        """Tell whether an alert is of this kind."""
        pairs = ((self.monitor, monitor), (self.rule, rule), (self.category, category))
        return all(wanted in ("", actual) for wanted, actual in pairs)


class Together(_Row, frozen=True):
    """Alerts of two kinds (or twice of one) within so many metres and minutes tell of one incident."""

    slug: str
    one: Kind
    other: Kind
    metres: int
    minutes: int


class Desk(_Row, frozen=True):
    """An operator position: the alerts it is shown, and how many operators share it."""

    slug: str
    name: Text
    monitors: tuple[str, ...] = ()
    department: str = ""
    unit: str = ""
    seats: int = 1

    def shows(self, monitor: str, department: str, unit: str) -> bool:
        """Tell whether an operator here is shown an alert of this monitor, department and unit."""
        return (
            (not self.monitors or monitor in self.monitors)
            and self.department in ("", department)
            and self.unit in ("", unit)
        )


class Hygiene(_Row, frozen=True):
    """All that is declared."""

    inhibit: tuple[Inhibition, ...] = ()
    together: tuple[Together, ...] = ()
    desk: tuple[Desk, ...] = ()

    @property
    def hiding(self) -> frozenset[str]:
        """The rules whose alerts hide others."""
        return frozenset(one.rule for one in self.inhibit)

    @property
    def hidden(self) -> frozenset[str]:
        """The rules whose alerts may be hidden."""
        return frozenset(rule for one in self.inhibit for rule in one.hides)


SAME = frozenset({"unit", "department", "category", "monitor", "key"})
FARTHEST = 50_000
LONGEST = 24 * 60


def hygiene() -> Hygiene:
    """Return what the pack of this deployment declares."""
    return load(settings.IOC_PROVINCE)


@cache
def load(slug: str) -> Hygiene:
    """Read and check the declarations of the pack of that name; PackError says what is wrong."""
    path = load_pack(slug).folder / "hygiene.toml"
    return read(path) if path.is_file() else Hygiene()


def read(path: Path) -> Hygiene:
    """Read and check a file of declarations; PackError says what is wrong."""
    found = convert(read_toml(path), Hygiene, path)
    for problem in _problems(found):
        message = f"{path}: {problem}"
        raise PackError(message)
    return found


def _problems(found: Hygiene) -> list[str]:
    wrong = [
        f"inhibit {one.slug}: same knows {', '.join(sorted(SAME))}" for one in found.inhibit if set(one.same) - SAME
    ]
    wrong += [
        f"together {one.slug}: up to {FARTHEST} metres and {LONGEST} minutes"
        for one in found.together
        if not (0 < one.metres <= FARTHEST and 0 < one.minutes <= LONGEST)
    ]
    wrong += [f"desk {one.slug}: at least one seat" for one in found.desk if one.seats < 1]
    if loop := _loop(found):
        wrong.append(f"rules that hide each other in a circle would hide all of them: {' → '.join(loop)}")
    return wrong


def _loop(found: Hygiene) -> list[str]:
    """Return a circle of rules that hide each other, empty when there is none."""
    hides: Mapping[str, set[str]] = defaultdict(set)
    for one in found.inhibit:
        hides[one.rule].update(one.hides)
    paths = [[rule] for rule in sorted(hides)]
    while paths:
        path = paths.pop()
        for rule in sorted(hides.get(path[-1], ())):
            if rule in path:
                return [*path[path.index(rule) :], rule]
            paths.append([*path, rule])
    return []
