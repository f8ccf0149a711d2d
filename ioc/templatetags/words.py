"""How pages write names, times and spans: `17:00 thứ Hai 23/11`, `5 giờ 18 phút`, one side of a pair.

Times are shown in the province's zone. English keeps the day before the month, as everything else on the page does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template

from services.contract import Message
from services.kernel import moments, spans
from services.kernel.clock import LOCAL
from services.kernel.text import capital, localised, render

register = template.Library()
register.filter("capital", capital)


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


register.filter("long_day", moments.long_day)
register.filter("moment", moments.moment)
register.filter("span", spans.span)
