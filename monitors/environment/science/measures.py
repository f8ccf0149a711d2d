"""Numbers as stations and spreadsheets write them, and units as their makers chose them, become ours. Pure."""

import math

FACTORS: dict[tuple[str, str], float] = {
    ("m", "m"): 1.0,
    ("cm", "m"): 0.01,
    ("mm", "m"): 0.001,
    ("mm", "mm"): 1.0,
    ("cm", "mm"): 10.0,
    ("l/m²", "mm"): 1.0,
    ("µg/m³", "µg/m³"): 1.0,
    ("mg/m³", "µg/m³"): 1000.0,
    ("°c", "°C"): 1.0,
    ("c", "°C"): 1.0,
    ("%", "%"): 1.0,
}
"""(unit sent, unit kept) → factor. Parts per million need temperature and pressure, so they are refused."""
_SAME = str.maketrans({"μ": "µ", "3": "³", "2": "²", " ": None})


def normal_unit(text: str) -> str:
    """Return a unit in one spelling: ``ug/m3`` is ``µg/m³``, whichever of the two mus it has."""
    unit = text.strip().lower().translate(_SAME)
    return unit.replace("ug/", "µg/") if unit.startswith("ug/") else unit


def factor(sent: str, kept: str) -> float | None:
    """Return by what a value in ``sent`` is multiplied to be in ``kept``; None when the two do not fit."""
    return FACTORS.get((normal_unit(sent), kept))


def number(value: float | str) -> float | None:
    """Return the number that was sent, with a decimal point or comma; None when it is none (NaN and infinite too).

    ``1.234,5`` and ``1,234.5`` are both 1234.5: what comes last is the decimal mark.
    """
    if isinstance(value, str):
        text = value.strip().replace("\u00a0", "").replace(" ", "")
        thousands, mark = (".", ",") if text.rfind(",") > text.rfind(".") else (",", ".")
        try:
            value = float(text.replace(thousands, "").replace(mark, "."))
        except ValueError:
            return None
    return float(value) if math.isfinite(value) else None
