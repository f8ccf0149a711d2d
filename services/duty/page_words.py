"""How pages write warnings, spans of time and rotations: one place for each word."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.duty.forms import DAYS
from services.duty.models import Rotation
from services.duty.selectors import AWAY, EMPTY, ENDS, EXPIRED, GAP, LEFT, Warning
from services.kernel.clock import LOCAL

_WARNINGS: Final = {
    EMPTY: _("Nobody is planned: this roster has neither rotation nor shift."),
    EXPIRED: _("The roster has run out: nobody has had this duty since {starts}."),
    ENDS: _("The roster runs out: nobody is planned from {starts} on."),
    GAP: _("Nobody has the duty {span}."),
    LEFT: _("{name} has left, and is planned {span}: nobody would answer."),
    AWAY: _("{name} is away with nobody standing in, and is planned {span}."),
}
_TURNS: Final = {
    "hours": (_("every hour"), _("every {number} hours")),
    "days": (_("every day"), _("every {number} days")),
    "weeks": (_("every week"), _("every {number} weeks")),
    "shifts": (_("each time in turn"), _("every {number} times")),
}
"""How turns are counted: one of them, several of them."""
_WEEKDAYS: Final = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def told(warning: Warning, now: datetime) -> str:
    """Return a warning in words."""
    return gettext(_WARNINGS[warning.kind]).format(
        starts=moment(warning.starts, now) if warning.starts else "",
        span=when(warning.starts, warning.ends, now) if warning.starts and warning.ends else "",
        name=warning.person.full_name if warning.person else "",
    )


def moment(at: datetime, now: datetime) -> str:
    """Return a local instant such as ``19:00 T2 23/11``, with the year when it is another one."""
    local = at.astimezone(LOCAL)
    year = "" if local.year == now.astimezone(LOCAL).year else f"/{local:%Y}"
    return f"{local:%H:%M} {gettext(_WEEKDAYS[local.weekday()])} {local:%d/%m}{year}"


def when(starts: datetime, ends: datetime, now: datetime) -> str:
    """Return a span such as ``07:00–19:00 T2 23/11``, with both days when it is longer than one."""
    first, last = starts.astimezone(LOCAL), ends.astimezone(LOCAL)
    if (last - first).total_seconds() < 24 * 3600:
        return f"{first:%H:%M}–{last:%H:%M} {moment(starts, now).partition(' ')[2]}"
    return f"{moment(starts, now)} – {moment(ends, now)}"


def legend(rotation: Rotation) -> str:
    """Return turns, hand-over time and windows of a rotation in words."""
    one, several = _TURNS[rotation.unit]
    turns = gettext(one if rotation.length == 1 else several).format(number=rotation.length)
    parts = [turns, gettext("hand-over at {time}").format(time=f"{rotation.hand_over:%H:%M}")]
    if rotation.windows:
        parts.append("; ".join(_window(one) for one in rotation.windows))
    if rotation.ends_on:
        parts.append(gettext("until {day}").format(day=f"{rotation.ends_on:%d/%m/%Y}"))
    return ", ".join(parts)


def _window(window: dict[str, object]) -> str:
    given = window.get("days")
    days = ",".join(sorted(map(str, given))) if isinstance(given, list) else ""
    return f"{str(dict(DAYS).get(days, days)).lower()} {window['from']}–{window['to']}"
