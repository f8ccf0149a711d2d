"""A time's length in words: ``5 giờ 18 phút``, above two days ``3 ngày 5 giờ``."""

from typing import Final

from django.utils.translation import gettext as _

WORKING_DAY: Final = 450
"""Minutes of a working day; for display only."""
_NO_BREAK: Final = "\u00a0"


def span(minutes: int, day: int = WORKING_DAY) -> str:
    """Return a length in the reader's language: below two days in hours and minutes; ``day`` is a day's minutes."""
    minutes = max(0, int(minutes))
    if minutes >= 2 * day:
        days, rest = divmod(minutes, day)
        return _joined(_("{days} d").format(days=days), _("{hours} h").format(hours=rest // 60) if rest >= 60 else "")
    hours, rest = divmod(minutes, 60)
    return _joined(
        _("{hours} h").format(hours=hours) if hours else "",
        _("{minutes} min").format(minutes=rest) if rest or not hours else "",
    )


def _joined(*parts: str) -> str:
    return " ".join(part.replace(" ", _NO_BREAK) for part in parts if part)
