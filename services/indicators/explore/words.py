"""How Explore writes numbers, periods and headings, in the reader's language. Pure."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from services.indicators.models import Definition
from services.indicators.periods import Period
from services.kernel.clock import LOCAL
from services.kernel.text import localised

MINUS = "\N{MINUS SIGN}"
"""No spreadsheet takes it for the beginning of a formula."""
NO_BREAK = "\N{NO-BREAK SPACE}"
_WIDE = Context(prec=400)
"""No number of a table has more digits."""
_ROMAN = ("I", "II", "III", "IV")


def number(value: float, decimals: int) -> str:
    """Return a number as the reader's language writes it, halves rounded away from 0: ``1.234,5``, ``−3,0``."""
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)
    signs = _signs(translation.get_language() or settings.LANGUAGE_CODE)
    return f"{MINUS if exact < 0 else ''}{abs(exact):,f}".translate(signs)


@cache
def _signs(language: str) -> dict[int, int]:
    return str.maketrans(".,", decimal_signs(language))


def name_of(definition: Definition) -> str:
    """Return an indicator's name."""
    return localised(definition.label)


def measure_of(definition: Definition) -> str:
    """Return its unit of measurement, empty for none."""
    return localised(definition.measure_label)


def with_measure(definition: Definition) -> str:
    """Return an indicator's name with its unit of measurement."""
    measure = measure_of(definition)
    return f"{name_of(definition)} ({measure})" if measure else name_of(definition)


def short_period(period: Period) -> str:
    """Return a period for a heading: ``T9/2025``, ``Quý III/2025``, ``2025``, ``21/11/2025``."""
    if period.grain == "day":
        return f"{period.start:%d/%m/%Y}"
    if period.grain == "year":
        return str(period.year)
    vietnamese = (translation.get_language() or "vi") == "vi"
    if period.grain == "quarter":
        return f"Quý {_ROMAN[period.quarter - 1]}/{period.year}" if vietnamese else f"Q{period.quarter} {period.year}"
    return f"T{period.month}/{period.year}" if vietnamese else f"{period.start:%b} {period.year}"


def span(first: Period, last: Period) -> str:
    """Return from when to when."""
    if first == last:
        return localised(first.label)
    return f"{localised(first.label)} – {localised(last.label)}"


def instant(at: datetime) -> str:
    """Return an instant to the second, in the province's zone."""
    return f"{at.astimezone(LOCAL):%H:%M:%S %d/%m/%Y}"


def realm_mark(realm: str) -> str:
    """Return what must be said of figures that are not real; empty for real ones."""
    if realm == "live":
        return ""
    if realm.startswith("drill"):
        return _("Exercise: these figures are simulated.")
    return _("Trial run: these figures are simulated.")


def decimal_signs(language: str = "") -> str:
    """Return a language's (default: the reader's) decimal sign and thousands separator, as charts want them: ``,.``."""
    language = language or translation.get_language() or settings.LANGUAGE_CODE
    names = ("DECIMAL_SEPARATOR", "THOUSAND_SEPARATOR")
    return "".join(str(formats.get_format(name, language)) for name in names)
