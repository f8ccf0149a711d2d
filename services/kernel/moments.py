"""An instant in words, as seen from another: ``10:30 hôm nay``, ``17:00 thứ Hai 23/11``.

Times are the province's. English keeps the day before the month, as everything else on a page does.
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.kernel.clock import LOCAL

_NO_BREAK: Final = "\u00a0"
_WEEKDAYS: Final = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)


def moment(value: datetime | None, now: datetime) -> str:
    """Return an instant as seen from ``now``: time and day, the year when it differs; empty for none."""
    if value is None:
        return ""
    local, today = value.astimezone(LOCAL), now.astimezone(LOCAL).date()
    return f"{local:%H:%M} {_day(local.date(), today)}"


def long_day(value: datetime) -> str:
    """Return the whole date: ``Thứ Tư, 18/11/2026``."""
    local = value.astimezone(LOCAL)
    return f"{_weekday(local.date())}, {local:%d/%m/%Y}"


def _day(day: date, today: date) -> str:
    near = {0: gettext_noop("today"), -1: gettext_noop("yesterday"), 1: gettext_noop("tomorrow")}
    word = near.get((day - today) // timedelta(days=1))
    if word:
        return _(word).replace(" ", _NO_BREAK)
    name = _weekday(day)
    if translation.get_language() == "vi":  # inside a sentence: thứ Hai, chủ nhật
        name = name[:1].lower() + name[1:]
    return f"{name} {day:%d/%m}" + ("" if day.year == today.year else f"/{day:%Y}")


def _weekday(day: date) -> str:
    return _(_WEEKDAYS[day.weekday()]).replace(" ", _NO_BREAK)
