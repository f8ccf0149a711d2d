"""How the delivery pages say things: states, days, periods, and how to mend a cell. One table each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from services.indicators import periods
from services.indicators.delivery import SOON, Owes
from services.indicators.models import Workbook
from services.kernel.text import localised


def period_name(text: str) -> str:
    """Return a period's name in the reader's language: tháng 9/2026."""
    return localised(periods.parse(text).label) if text else ""


@dataclass(frozen=True, slots=True)
class Look:
    """A state as a page shows it: colour class, shape and word."""

    css: str
    shape: str
    title: str

    @property
    def text(self) -> str:
        """The word in the reader's language."""
        return gettext(self.title)


STATES: Final[Mapping[str, Look]] = {
    Workbook.State.WAITING: Look("new", "s-new", _("Received")),
    Workbook.State.CHECKING: Look("work", "s-work", _("Being checked")),
    Workbook.State.STORING: Look("work", "s-review", _("Being stored")),
    Workbook.State.STORED: Look("done", "s-done", _("Stored")),
    Workbook.State.REFUSED: Look("bad", "s-not-fixed", _("Sent back")),
    Workbook.State.REPEATED: Look("new", "s-off", _("Sent before")),
    Workbook.State.FAILED: Look("bad", "s-not-fixed", _("Not processed")),
}

AT_WORK: Final = frozenset({Workbook.State.WAITING, Workbook.State.CHECKING, Workbook.State.STORING})
"""States that change by themselves."""

COME: Final[Mapping[str, Look]] = {
    "nothing": Look("new", "s-new", _("Not delivered yet")),
    "partly": Look("work", "s-work", _("Delivered in part")),
    "delivered": Look("done", "s-done", _("Delivered")),
}


def look_of(state: str) -> Look:
    """Return how a workbook's state is shown."""
    return STATES[state]


@dataclass(frozen=True, slots=True)
class Due:
    """The day in words, with the colour of a countdown: late, soon, ok or wait (nothing is owed any more)."""

    css: str
    text: str


def due_of(owes: Owes) -> Due:
    """Say how a delivery stands to its day: 3 days left, 2 days late, delivered in time."""
    late = owes.late_by
    if owes.come == "delivered":
        if not late:
            return Due("wait", gettext("in time"))
        return Due("wait", ngettext("{count} day late", "{count} days late", late).format(count=late))
    if late:
        return Due("late", ngettext("{count} day late", "{count} days late", late).format(count=late))
    if owes.left == 0:
        return Due("soon", gettext("today is the last day"))
    text = ngettext("{count} day left", "{count} days left", owes.left).format(count=owes.left)
    return Due("soon" if owes.left <= SOON else "ok", text)
