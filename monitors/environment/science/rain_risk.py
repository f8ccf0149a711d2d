"""From rain to levels of natural-disaster risk, 1 to 4: Decision 18/2021/QĐ-TTg. Pure.

The decision crosses how much it rains (the bands of ``rain.py``) with how long and how widely. That it does so, and the
bands, were read; the cells of the table are remembered: configuration, to be checked before going live. People declare
a level; this says what the gauges amount to.
"""

from bisect import bisect_right
from datetime import timedelta
from typing import Final

DAYS: Final = (timedelta(days=1), timedelta(days=2), timedelta(days=4))
"""Ends of the first three durations: up to a day, over one to two, over two to four, longer."""
WIDE: Final = 0.5
"""Share of the province's gauges with heavy rain from which it is widespread (configuration)."""
LOCAL_LEVELS: Final = (
    (0, 0, 0, 0),
    (0, 1, 1, 2),
    (1, 1, 2, 3),
    (1, 2, 3, 3),
    (2, 3, 3, 4),
)
"""Rows: bands 0 to 4; columns: durations. Configuration."""
WIDE_LEVELS: Final = (
    (0, 0, 0, 0),
    (1, 1, 2, 2),
    (1, 2, 3, 3),
    (2, 3, 3, 4),
    (3, 3, 4, 4),
)


def risk_level(band: int, lasting: timedelta, share: float) -> int:
    """Return the level of risk, 0 (none yet) to 4, of rain of a band that has lasted so long.

    ``share`` is the part of the province's gauges, 0 to 1, that have heavy rain.
    """
    table = WIDE_LEVELS if share >= WIDE else LOCAL_LEVELS
    # A duration of exactly a day belongs to the shorter column: the decision says "over".
    column = bisect_right(DAYS, lasting - timedelta(microseconds=1))
    return table[band][column]
