"""Workbooks that were sent: which a reader may see, the list's filters, and one page of its rows. Reads only."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from services.directory.access import Reader
from services.directory.models import Department, Person, User
from services.indicators import periods
from services.indicators.access import reach_of
from services.indicators.delivery_words import STATES, Look, look_of, period_name
from services.indicators.models import Workbook
from services.kernel.text import localised

PAGE_SIZE: Final = 50
_LAST_PAGE: Final = 10_000
_MOST_OPTIONS: Final = 24


def visible_to(user: Reader, action: str = "indicators.deliveries.read") -> QuerySet[Workbook]:
    """Return the workbooks within a reader's reach, without their bodies; ``has_marked`` tells of a marked copy."""
    reach = reach_of(user, action)
    there = ExpressionWrapper(Q(marked__isnull=False), output_field=BooleanField())
    rows = Workbook.objects.filter(realm=settings.IOC_REALM).annotate(has_marked=there)
    rows = rows.defer("body", "marked", "repeats__body", "repeats__marked").select_related("repeats")
    if reach.everything:
        return rows
    return rows.filter(Q(department__in=reach.departments) | Q(unit__in=reach.units))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty: not by that."""

    state: str = ""
    department: str = ""
    period: str = ""
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """True when it is not the whole list."""
        return bool(self.state or self.department or self.period)

    @property
    def here(self) -> str:
        """The address of the list so narrowed."""
        given = {"state": self.state, "department": self.department, "period": self.period}
        asked = {name: value for name, value in given.items() if value}
        if self.page > 1:
            asked["page"] = str(self.page)
        return f"{reverse('deliver:workbooks')}{'?' if asked else ''}{urlencode(asked)}"

    def but(self, **changes: Any) -> "Filters":
        """Return others; a change begins with the first page."""
        return replace(self, **{"page": 1, **changes})

    def narrow(self, rows: QuerySet[Workbook]) -> QuerySet[Workbook]:
        """Return the rows that fit."""
        wanted = {"state": self.state, "department": self.department, "period": self.period}
        return rows.filter(**{name: value for name, value in wanted.items() if value})


def filters_from(asked: QueryDict) -> Filters:
    """Return what an address asks for; an unknown value counts as not given."""
    page = asked.get("page", "")
    state, period = asked.get("state", ""), asked.get("period", "")
    return Filters(
        state=state if state in STATES else "",
        department=asked.get("department", "").replace("\x00", "")[:60],
        period=period if _is_period(period) else "",
        page=min(max(int(page), 1), _LAST_PAGE) if page.isascii() and page.isdecimal() and len(page) < 10 else 1,
    )


def _is_period(text: str) -> bool:
    try:
        periods.parse(text)
    except periods.PeriodError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Option:
    """One value a filter can take, as a link with how many workbooks it would show."""

    title: str
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter: its present value with the link that removes it, or what it can be set to."""

    title: str
    value: str
    off: str
    options: Sequence[Option]


def chips_of(rows: QuerySet[Workbook], filters: Filters) -> list[Chip]:
    """Return the filters with their counts: one statement, one more for the departments' names."""
    counted = list(rows.order_by().values("state", "department", "period").annotate(n=Count("pk")))
    names = department_names()
    titles: tuple[tuple[str, str, Callable[[str], str]], ...] = (
        ("state", gettext("State"), lambda key: look_of(key).text),
        ("department", gettext("Department"), lambda key: names.get(key, key)),
        ("period", gettext("Period"), period_name),
    )
    return [_chip(name, title, text, counted, filters) for name, title, text in titles]


def _chip(
    name: str, title: str, text: Callable[[str], str], counted: Sequence[Mapping[str, Any]], filters: Filters
) -> Chip:
    now: str = getattr(filters, name)
    found: Counter[str] = Counter()
    for row in counted:
        others = {"state", "department", "period"} - {name}
        if row[name] and all(getattr(filters, other) in ("", row[other]) for other in others):
            found[row[name]] += row["n"]
    order = sorted(found, reverse=name == "period")[:_MOST_OPTIONS]
    options = [Option(text(key), filters.but(**{name: key}).here, found[key]) for key in order]
    shown = [] if len(options) < 2 else options  # one value for all narrows nothing
    return Chip(title, text(now) if now else "", filters.but(**{name: ""}).here, shown)


@dataclass(frozen=True, slots=True)
class Row:
    """One workbook in the list."""

    href: str
    workbook: Workbook
    look: Look
    sender: str
    whose: str
    period: str


def page_of(rows: QuerySet[Workbook], filters: Filters) -> tuple[list[Row], bool]:
    """Return one page, newest first, and whether there is another: three statements."""
    start = (filters.page - 1) * PAGE_SIZE
    found = list(filters.narrow(rows).order_by("-pk")[start : start + PAGE_SIZE + 1])
    return rows_of(found[:PAGE_SIZE]), len(found) > PAGE_SIZE


def rows_of(found: Sequence[Workbook]) -> list[Row]:
    """Return workbooks as lists show them: two statements."""
    senders, names = senders_of(found), department_names()
    return [
        Row(
            href=reverse("deliver:workbook", args=[one.public_id]),
            workbook=one,
            look=look_of(one.state),
            sender=senders.get(one.actor_id or 0, ""),
            whose=one.unit or names.get(one.department, one.department),
            period=period_name(one.period),
        )
        for one in found
    ]


def senders_of(found: Sequence[Workbook]) -> dict[int, str]:
    """Return account → the name of who sent a workbook: one statement, one more for accounts without a person."""
    wanted = {one.actor_id for one in found if one.actor_id is not None}
    names: dict[int, str] = dict(Person.objects.filter(user__in=wanted).values_list("user__pk", "full_name"))
    if wanted - names.keys():
        names |= dict(User.objects.filter(pk__in=wanted - names.keys()).values_list("pk", "username"))
    return names


def department_names() -> dict[str, str]:
    """Return slug → short name in the reader's language: one statement."""
    rows = Department.objects.values_list("slug", "short_name", "short_name_en")
    return {slug: localised({"vi": name, "en": name_en}) for slug, name, name_en in rows}
