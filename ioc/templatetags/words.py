"""How pages write names, times and spans: `17:00 thứ Hai 23/11`, `5 giờ 18 phút`, one side of a pair.

Times are shown in the province's zone. English keeps the day before the month, as everything else on the page does.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.contract import Message
from services.kernel import spans
from services.kernel.clock import LOCAL
from services.kernel.text import capital, localised, render

register = template.Library()
register.filter("capital", capital)

_NO_BREAK = "\u00a0"
_WEEKDAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)


@register.filter
def pair(value: Mapping[str, str] | str | None) -> str:
    """Return the reader's side of ``{"vi": …, "en": …}``; a plain string stays as it is."""
    if not isinstance(value, Mapping):
        return value or ""
    return localised(value)


@register.filter
def text(value: Message | Mapping[str, Any] | None) -> str:
    """Return a stored message in the reader's language."""
    return render(value)


@register.filter
def clock(value: datetime) -> str:
    """Return the time of day: ``09:42``."""
    return f"{value.astimezone(LOCAL):%H:%M}"


@register.filter
def long_day(value: datetime) -> str:
    """Return the whole date: ``Thứ Tư, 18/11/2026``."""
    local = value.astimezone(LOCAL)
    return f"{_(_WEEKDAYS[local.weekday()]).replace(' ', _NO_BREAK)}, {local:%d/%m/%Y}"


@register.filter
def moment(value: datetime | None, now: datetime) -> str:
    """Return an instant as seen from ``now``: ``10:30 hôm nay``, ``17:00 thứ Hai 23/11``, the year when it differs."""
    if value is None:
        return ""
    local, today = value.astimezone(LOCAL), now.astimezone(LOCAL).date()
    return f"{local:%H:%M} {_day(local.date(), today)}"


def _day(day: date, today: date) -> str:
    near = {today: _("today"), today - timedelta(days=1): _("yesterday"), today + timedelta(days=1): _("tomorrow")}
    if day in near:
        return near[day].replace(" ", _NO_BREAK)
    name = _(_WEEKDAYS[day.weekday()])
    if translation.get_language() == "vi":  # inside a sentence: thứ Hai, chủ nhật
        name = name[:1].lower() + name[1:]
    return f"{name.replace(' ', _NO_BREAK)} {day:%d/%m}" + ("" if day.year == today.year else f"/{day:%Y}")


register.filter("span", spans.span)
