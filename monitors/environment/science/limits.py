"""How much fine dust a day may hold: QCVN 05:2023/BTNMT, ambient air, mean of 24 hours. Pure.

A record is judged by the limit of its own day.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """The highest mean of 24 hours in µg/m³ from ``effective_from`` until the next limit begins."""

    effective_from: date
    pm2_5: float
    basis: str


PM2_5_DAY: Final = (
    Limit(date(2023, 9, 12), 50.0, "QCVN 05:2023/BTNMT"),  # the value was read, the day it began is remembered
    Limit(date(2026, 1, 1), 45.0, "QCVN 05:2023/BTNMT, from 1 January 2026"),
)


def limit_on(day: date) -> Limit:
    """Return the limit in force on a day; before the first one the first."""
    return next((limit for limit in reversed(PM2_5_DAY) if limit.effective_from <= day), PM2_5_DAY[0])
