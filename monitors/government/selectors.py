"""Reading tasks and sheets: what staff may list, and what a ticket tells of them."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from monitors.government.models import Task
from services.contract import Fact
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.indicators.models import Sheet
from services.indicators.periods import of_slot

FACTS_OF = 20
"""Tasks or sheets behind one ticket that are named."""


def visible_tasks(user: Reader) -> QuerySet[Task]:
    """Return the tasks of the realm on show that the reader's roles reach."""
    return limit_by_code(Task.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def facts(ids: Sequence[int]) -> list[Fact]:
    """Return the tasks behind a ticket: document, title, day and progress."""
    rows = Task.objects.filter(pk__in=list(ids)).order_by("due_on", "pk")[:FACTS_OF]
    return [
        Fact(gettext_noop("Task"), f"{one.document} · {one.title} · {one.due_on:%d/%m/%Y} · {one.progress} %")
        for one in rows
    ]


def sheet_facts(ids: Sequence[int]) -> list[Fact]:
    """Return the newest value of each sheet behind a ticket."""
    rows = Sheet.objects.filter(pk__in=list(ids)).select_related("indicator").order_by("indicator__code")[:FACTS_OF]
    return [Fact(gettext_noop("Indicator"), told) for one in rows if (told := _told(one))]


def _told(sheet: Sheet) -> dict[str, str] | None:
    slot = sheet.latest_slot
    if slot is None:
        return None
    definition, period = sheet.indicator, of_slot(sheet.year, sheet.part, slot)
    number = f"{sheet.values[slot]:.{definition.decimals}f}"
    texts = {"vi": number.replace(".", ","), "en": number}
    return {
        lang: f"{definition.label[lang]} · {period.label[lang]}: {texts[lang]} {definition.measure_label[lang]}"
        for lang in ("vi", "en")
    }
