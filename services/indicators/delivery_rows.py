"""What the delivery pages show, as rows: duties in groups, one duty's values, and how one workbook fared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services import registry
from services.directory.access import may
from services.directory.models import User
from services.indicators.access import Reach, reach_of
from services.indicators.catalogue import Catalogue
from services.indicators.delivery import Owes, delivers, names_of
from services.indicators.delivery_words import AT_WORK, COME, Due, Look, due_of, look_of, period_name
from services.indicators.models import Definition, Workbook
from services.indicators.sent import department_names, senders_of, visible_to
from services.indicators.workbooks.headings import HEADINGS
from services.kernel.text import localised

ERRORS_SHOWN: Final = 100
NAMES_SHOWN: Final = 3
QUIET: Final = timedelta(seconds=30)
"""After so long without progress the page says that the worker is late."""

GROUPS: Final = (
    ("late", "late", _("Overdue")),
    ("due", "soon", _("To be delivered")),
    ("delivered", "ok", _("Delivered")),
)
"""Key, colour class and heading of the groups of duties."""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One period of a duty in the list."""

    owes: Owes
    href: str
    title: str
    names: str
    department: str
    look: Look
    due: Due
    day: dict[str, str]
    template: str
    sends: bool
    group: str

    @property
    def count(self) -> str:
        """How many of its values are there, when it is some."""
        return f"{len(self.owes.values)}/{self.owes.total}" if self.owes.come == "partly" else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Duties that stand alike."""

    css: str
    title: str
    count: int
    rows: Sequence[DutyRow]


def duty_rows(owed: Sequence[Owes], user: User) -> list[Group]:
    """Return duties in their groups: the longest overdue first, then what is due first, then what came last."""
    names = department_names()
    rows = [_duty_row(one, names, may_send(user, one)) for one in owed]
    found = []
    for key, css, title in GROUPS:
        own = [row for row in rows if row.group == key]
        own.sort(key=lambda row: (row.owes.day, row.owes.duty.slug), reverse=key == "delivered")
        if own:
            found.append(Group(css, gettext(title), len(own), own))
    return found


def _duty_row(owes: Owes, names: Mapping[str, str], sends: bool) -> DutyRow:
    where = [owes.duty.slug, owes.period.text]
    return DutyRow(
        owes=owes,
        href=reverse("deliver:duty", args=where),
        title=period_name(owes.period.text),
        names=_listed([localised(one.label) for one in owes.definitions]),
        department=names.get(owes.duty.department, owes.duty.department),
        look=COME[owes.come],
        due=due_of(owes),
        day={"vi": f"{owes.day:%d/%m/%Y}", "en": f"{owes.day:%d/%m/%Y}"},
        template=reverse("deliver:template", args=where),
        sends=sends,
        group="delivered" if owes.come == "delivered" else "late" if owes.left < 0 else "due",
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return gettext("{names} and {count} more").format(names=shown, count=more) if more > 0 else shown


def may_send(user: User, owes: Owes) -> bool:
    """Tell whether the reader sends what is owed: who may deliver for one of its units may."""
    return may(user, "indicators.deliver") and bool(owes.units)


def may_close(user: User, owes: Owes) -> bool:
    """Tell whether the reader closes a duty's periods: the head of the department that owes it, and the centre."""
    if not may(user, "indicators.close"):
        return False
    reach = reach_of(user, "indicators.close")
    return reach.everything or owes.duty.department in reach.departments


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One indicator of a duty: its value for a single unit, else how many units have one."""

    name: str
    measure: str
    value: float | None
    known: datetime | None
    there: int
    of: int

    @property
    def places(self) -> str:
        """As many decimals as it was given with, three at most, in the form that templates take."""
        written = f"{self.value or 0.0:.3f}".rstrip("0")
        return f"{len(written.partition('.')[2])}g"


def shown_duty(owes: Owes) -> dict[str, Any]:
    """Return the template context of one period of a duty: two statements."""
    units = names_of(owes.units, owes.period.end)
    single = owes.units[0] if len(owes.units) == 1 else ""
    lacking = [localised(units[code].label) if code in units else code for code in owes.lacking]
    name = period_name(owes.period.text)
    return {
        "owes": owes,
        "heading": gettext("Figures of {period}").format(period=name),
        "period": name,
        "unit": localised(units[single].label) if single in units else "",
        "department": department_names().get(owes.duty.department, owes.duty.department),
        "look": COME[owes.come],
        "due": due_of(owes),
        "single": bool(single),
        "values": [_value_row(one, owes, single) for one in owes.definitions],
        "lacking": [] if single else lacking,
        "ended": owes.period.end < owes.today,
    }


def _value_row(one: Definition, owes: Owes, single: str) -> ValueRow:
    own = owes.values.get((one.code, single))
    return ValueRow(
        name=localised(one.label),
        measure=localised(one.measure_label),
        value=own.value if own else None,
        known=own.known if own else None,
        there=sum(1 for unit in owes.units if (one.code, unit) in owes.values),
        of=len(owes.units),
    )


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One thing that is wrong: where, what stands there, why it is wrong, and how to mend it."""

    sheet: str
    cell: str
    column: str
    given: str
    text: str
    hint: str


def shown_workbook(row: Workbook, user: User, now: datetime) -> dict[str, Any]:
    """Return the template context of a workbook: three statements."""
    names = department_names()
    errors = [one for one in row.errors if one["level"] == "error"]
    remarks = [one for one in row.errors if one["level"] != "error"]
    working = row.state in AT_WORK
    return {
        "now": now,
        "workbook": row,
        "heading": row.name,
        "href": reverse("deliver:workbook", args=[row.public_id]),
        "look": look_of(row.state),
        "working": working,
        "quiet": working and row.due_at is not None and _quiet(row, now),
        "percent": min(100, round(100 * row.position / row.total)) if row.total else 0,
        "new": row.accepted - row.revised,
        "sender": senders_of([row]).get(row.actor_id or 0, ""),
        "whose": names.get(row.department, row.department),
        "period": period_name(row.period),
        "again": _again(row) if may(user, "indicators.deliver") else "",
        "errors": [_error_row(one) for one in errors[:ERRORS_SHOWN]],
        "unshown": max(0, row.error_count - min(len(errors), ERRORS_SHOWN)),
        "remarks": [one["text"] for one in remarks[:ERRORS_SHOWN]],
        "explore": _explore(row),
        "repeats": _repeated(row, user),
    }


def _quiet(row: Workbook, now: datetime) -> bool:
    """Tell whether nobody has worked on it for a while: the claim on it, or its turn, has been due that long."""
    return row.due_at is not None and row.due_at < now - QUIET


def _error_row(one: Mapping[str, str]) -> ErrorRow:
    name, given = one.get("field", ""), one.get("given", "")
    return ErrorRow(
        sheet=one.get("sheet", ""),
        cell=one["cell"],
        column=HEADINGS[name][0] if name in HEADINGS else "",
        given="" if given in one["text"] else given,
        text=one["text"],
        hint=one.get("hint", ""),
    )


def _repeated(row: Workbook, user: User) -> str:
    """Return the address of the workbook that this one repeats; empty where that is another office's."""
    first = visible_to(user).filter(pk=row.repeats_id).first() if row.repeats_id else None
    return reverse("deliver:workbook", args=[first.public_id]) if first else ""


def _again(row: Workbook) -> str:
    """Return where the mended workbook is sent: where this one was."""
    if row.duty and row.period:
        return reverse("deliver:duty", args=[row.duty, row.period])
    return reverse("deliver:other")


def _explore(row: Workbook) -> str:
    """Return the address that shows a stored workbook's values; empty while it is not stored."""
    if not (row.codes and row.state == Workbook.State.STORED):
        return ""
    asked = urlencode({"codes": ",".join(row.codes), "first": row.first, "last": row.last}, safe=",")
    return f"{reverse('indicators:explore')}?{asked}"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that templates are made for."""

    key: str
    count: int

    @property
    def title(self) -> str:
        """The title of the monitor that shows it."""
        try:
            return gettext(registry.monitor(self.key).title)
        except registry.UnknownNameError:
            return self.key


def deliverable(reach: Reach, known: Catalogue) -> list[Topic]:
    """Return the topics of which the reader may deliver something, with how many indicators."""
    counts = Counter(one.topic for one in known.by_code.values() if one.topic and delivers(reach, one))
    return [Topic(key, count) for key, count in sorted(counts.items())]
