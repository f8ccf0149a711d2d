"""How many pupils a class may have, by level and by the rules of its day. Pure.

Primary: at most 35 (charter of primary schools, Circular 28/2020/TT-BGDĐT); lower and upper secondary: at most 45
(charter of secondary schools, Circular 32/2020/TT-BGDĐT); kindergarten classes of five-year-olds: at most 35 (charter
of kindergartens, Circular 52/2020/TT-BGDĐT; younger groups are smaller, and are not told apart here). All recalled,
none read (R): configuration until somebody checks them. A school of several levels is measured by the widest.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Limit:
    """The most pupils of a class of a level, while the rule holds; ``until`` None: it still does."""

    level: str
    most: int
    since: date
    until: date | None = None


LIMITS = (
    Limit("preschool", 35, date(2021, 3, 31)),
    Limit("primary", 35, date(2020, 10, 20)),
    Limit("lower_secondary", 45, date(2020, 11, 1)),
    Limit("upper_secondary", 45, date(2020, 11, 1)),
    Limit("general", 45, date(2020, 11, 1)),
)


def limit(level: str, on: date) -> int | None:
    """Return how many pupils a class of a level may have on a day, None where no rule is known."""
    found = (one.most for one in LIMITS if one.level == level and one.since <= on and (one.until or on) >= on)
    return next(found, None)


def per_class(pupils: int, classes: int) -> float | None:
    """Return the pupils of a class, None where there is no class."""
    return pupils / classes if classes > 0 else None


def crowding(level: str, pupils: int, classes: int, on: date) -> float | None:
    """Return a class's pupils over the limit, above 1 when there are too many; None where it is unknown.

    Example: 760 pupils in 20 classes of a primary school are 38 in each of 35 allowed: 1.09.
    """
    most, size = limit(level, on), per_class(pupils, classes)
    return size / most if most and size is not None else None
