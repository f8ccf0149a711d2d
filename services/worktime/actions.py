"""Changes of the calendar. Each makes a new edition, so that whoever keeps deadlines computes them anew."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from services.audit.actions import record
from services.worktime.models import CalendarDay, CalendarEdition
from services.worktime.selectors import basis_digest


@transaction.atomic
def set_day(*, day: date, kind: str, note: str = "", acting_user: object) -> CalendarDay:
    """Make a date off or working, whatever the week and the public holidays say."""
    row, _ = CalendarDay.objects.update_or_create(date=day, defaults={"kind": kind, "note": note})
    _new_edition()
    record(verb="set_day", target=f"calendarday:{day}", acting_user=acting_user, detail={"kind": kind})
    return row


@transaction.atomic
def remove_day(*, day: date, acting_user: object) -> None:
    """Give a date back to the week's pattern and the public holidays."""
    CalendarDay.objects.filter(date=day).delete()
    _new_edition()
    record(verb="remove_day", target=f"calendarday:{day}", acting_user=acting_user)


@transaction.atomic
def load_calendar(*, hours: dict[str, Any], days: Sequence[CalendarDay], acting_user: object = None) -> bool:
    """Take over a pack's week pattern and special days; return whether anything changed.

    A date that already has a row keeps it: what an administrator decided wins over the pack.
    """
    edition, _ = CalendarEdition.objects.get_or_create(pk=1)
    basis = basis_digest(hours)
    known = set(CalendarDay.objects.values_list("date", flat=True))
    missing = [day for day in days if day.date not in known]
    if edition.basis == basis and not missing:
        return False
    CalendarDay.objects.bulk_create(missing)
    CalendarEdition.objects.filter(pk=1).update(hours=hours, basis=basis)
    _new_edition()
    record(verb="load_calendar", target="calendar", acting_user=acting_user, detail={"days": len(missing)})
    return True


def _new_edition() -> None:
    changed = CalendarEdition.objects.filter(pk=1).update(version=F("version") + 1, token=uuid.uuid4())
    if not changed:
        CalendarEdition.objects.create(pk=1, version=1)
