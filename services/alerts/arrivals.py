"""When alerts came before people: the one count that the wall's flood mode, reports and the replay share.

An alert comes when it is raised, comes back or is released from a suppression. One that was suppressed as it came did
not come before anybody; one that flaps while it is latched came once.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from services.alerts import workflow
from services.alerts.hygiene import Desk, hygiene
from services.alerts.models import Alert, AlertChange

CAME = (AlertChange.RAISED, AlertChange.REOPENED, AlertChange.LATCHED, AlertChange.RELEASED)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An alert came: when, and what it is; the unit by its code, the department by its slug, empty for none."""

    at: datetime
    alert: int
    fingerprint: str
    monitor: str
    rule: str
    severity: int
    unit: str
    department: str


def desks() -> tuple[Desk, ...]:
    """Return the declared operator positions; without any, one that is shown everything."""
    return hygiene().desk or (Desk(slug="centre", name={"vi": "Cả trung tâm", "en": "The whole centre"}),)


def desk_named(slug: str) -> Desk | None:
    """Return a declared position, or the one of a department (``department:<slug>``) or a unit (``unit:<code>``)."""
    kind, _colon, name = slug.partition(":")
    if kind == "department" and name:
        return Desk(slug=slug, name={"vi": name, "en": name}, department=name)
    if kind == "unit" and name:
        return Desk(slug=slug, name={"vi": name, "en": name}, unit=name)
    return next((desk for desk in desks() if desk.slug == slug), None)


def of_desk(desk: Desk | None, prefix: str = "") -> Q:
    """Return the condition "an operator at this position is shown the alert" (``prefix`` leads to it); None: all."""
    condition = Q()
    if desk is None:
        return condition
    if desk.monitors:
        condition &= Q(**{f"{prefix}monitor__in": desk.monitors})
    if desk.department:
        condition &= Q(**{f"{prefix}department__slug": desk.department})
    if desk.unit:
        condition &= Q(**{f"{prefix}unit__code": desk.unit})
    return condition


def changes_of(realm: str, since: datetime, until: datetime, desk: Desk | None) -> QuerySet[AlertChange]:
    """Return the changes of a desk's alerts from ``since`` (included) to ``until`` (excluded)."""
    rows = AlertChange.objects.filter(of_desk(desk, "alert__"), realm=realm, at__gte=since, at__lt=until)
    return rows.order_by("at", "pk")


def arrivals(realm: str, since: datetime, until: datetime, desk: Desk | None = None) -> list[Arrival]:
    """Return the alerts that came from ``since`` to before ``until``, in order: 1 statement."""
    at_once = AlertChange.objects.filter(
        alert=OuterRef("alert"), kind=AlertChange.SUPPRESSED, at=OuterRef("at"), pk__gt=OuterRef("pk")
    ).exclude(cause="")
    rows = changes_of(realm, since, until, desk).filter(~Exists(at_once), kind__in=CAME)
    wanted = ("at", "alert_id", "alert__fingerprint", "alert__monitor", "alert__rule", "alert__severity",
              "alert__unit__code", "alert__department__slug")  # fmt: skip
    return [
        Arrival(at, pk, fingerprint, monitor, rule, severity, unit or "", department or "")
        for at, pk, fingerprint, monitor, rule, severity, unit, department in rows.values_list(*wanted)
    ]


def standing(realm: str, desk: Desk | None) -> QuerySet[Alert]:
    """Return a desk's open alerts."""
    rows = Alert.objects.filter(of_desk(desk), realm=realm, historical=False)
    return rows.filter(state__in=workflow.OPEN)
