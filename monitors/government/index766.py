"""The index of how authorities serve people and firms (Decision 766/QĐ-TTg, 2022), as far as it can be computed.

100 points in six groups. A measure's score is capped: ``points · min(1, rate / target)``. A measure whose denominator
is 0 is not applicable: it takes no part, neither in what was reached nor in what could be. A measure that nobody
delivers yet is missing: its points are not covered, and an index is never shown without how many of the 100 points are.

The groups' points and the targets were read in the decision. How a group's points are shared among its measures was
not: those shares are configuration until the full index follows. Pure: no clock, no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Group = Literal["transparency", "progress", "online", "digitisation", "payment", "satisfaction"]

GROUPS: Final[Mapping[Group, float]] = {
    "transparency": 18.0,
    "progress": 20.0,
    "online": 12.0,
    "digitisation": 22.0,
    "payment": 10.0,
    "satisfaction": 18.0,
}
"""Publicity and transparency, progress of handling, online services, digitisation, online payment, satisfaction."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A rate in per cent that a group's points are given for, and the rate at which all of them are.

    ``part`` ÷ ``whole`` are the codes of the indicators it is computed from, empty while nobody delivers them.
    """

    slug: str
    group: Group
    points: float
    target: float
    part: str = ""
    whole: tuple[str, ...] = ()


MEASURES: Final = (
    Measure("published_in_time", "transparency", 18, 100),
    Measure("dossiers_on_time", "progress", 20, 100, "dossiers_on_time", ("dossiers_finished", "dossiers_overdue")),
    Measure("procedures_online", "online", 6, 80),
    Measure("dossiers_online", "online", 6, 50, "dossiers_online", ("dossiers_received",)),
    Measure("dossiers_digitised", "digitisation", 11, 80),
    Measure("data_reused", "digitisation", 11, 80),
    Measure("payment_integrated", "payment", 10, 80),
    Measure("satisfaction", "satisfaction", 18, 90),
)
"""What is missing today: publication within 5 working days, procedures with an online service, digitised papers and
their reuse, integrated payment, and complaints: satisfaction is 100 % − (overdue % + complaints %).
"""
CODES: Final = tuple(dict.fromkeys(code for one in MEASURES if one.part for code in (one.part, *one.whole)))
"""Indicators that feed the index today."""


@dataclass(frozen=True, slots=True)
class Index:
    """Points reached of those that can be computed. ``missing`` and ``not_applicable`` are slugs of measures.

    ``reached`` ≤ ``covered`` ≤ 100; what is neither covered, missing nor not applicable does not exist.
    """

    scores: Mapping[str, float]
    covered: float
    missing: tuple[str, ...]
    not_applicable: tuple[str, ...]

    @property
    def reached(self) -> float:
        """The points of all measures that could be computed."""
        return sum(self.scores.values())


def share(part: float, whole: float) -> float | None:
    """Return a rate in per cent; None (not applicable) of nothing."""
    return 100 * part / whole if whole > 0 else None


def score(points: float, rate: float, target: float) -> float:
    """Return the capped score ``points · min(1, rate / target)``; a rate below 0 gives none."""
    return points * min(1.0, max(0.0, rate) / target)


def index(values: Mapping[str, float], measures: tuple[Measure, ...] = MEASURES) -> Index:
    """Return the index from values by indicator code; a code that is not among them is missing."""
    scores: dict[str, float] = {}
    missing, idle = [], []
    covered = 0.0
    for one in measures:
        if not one.part or not {one.part, *one.whole} <= values.keys():
            missing.append(one.slug)
            continue
        rate = share(values[one.part], sum(values[code] for code in one.whole))
        if rate is None:
            idle.append(one.slug)
            continue
        scores[one.slug] = score(one.points, rate, one.target)
        covered += one.points
    return Index(scores, covered, tuple(missing), tuple(idle))
