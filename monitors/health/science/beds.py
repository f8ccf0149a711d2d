"""Bed occupancy: inpatient-days over bed-days. Pure."""

from collections.abc import Iterable

FULL, RELIEVED = 0.95, 0.90
"""A hospital is near full from the first on, and no longer once below the second (configuration)."""


def occupancy(days: Iterable[tuple[int, int]]) -> float | None:
    """Return Σ inpatients / Σ beds over pairs (inpatients, beds), one for each day and hospital; None without a bed.

    Above 1 where people lie two to a bed. Days nobody reported are simply not among the pairs.
    """
    inpatients = beds = 0
    for lying, made in days:
        inpatients += lying
        beds += made
    return inpatients / beds if beds else None
