"""What a person should know about dossiers. Reads records, writes nothing.

A warning slip (phiếu cảnh báo) is one ticket per agency and day, not per dossier: the centre sent 2,551 slips for
55,807 overdue dossiers. It is cleared when all dossiers of that agency
that became overdue on that day are processed.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from monitors.public_services.models import Dossier, Status
from monitors.public_services.selectors import not_received, overdue_open
from services.contract import Cleared, Finding, Moment, Result, Rule, Severity, message
from services.directory.selectors import departments_by_slug, units_by_code
from services.kernel.clock import LOCAL

OVERDUE = "public_services.overdue"
NOT_RECEIVED = "public_services.not_received"

MANY = 20
"""From so many dossiers on, a slip is high instead of medium (configuration)."""
RECENT = timedelta(hours=48)
"""How long after the last news of a slip's dossiers a sweep still says that it is over."""
EVIDENCE = 200

Agency = tuple[str, str]
"""(department's slug, unit's code): one of them is empty."""
Slip = tuple[Agency, date]
"""Whose dossiers, and the local day on which they became overdue."""


@dataclass(slots=True)
class _Open:
    """The overdue dossiers of one agency and day that are still open."""

    latest: datetime
    ids: list[int] = field(default_factory=list)
    live: bool = False


# --- warning slips ---------------------------------------------------------------------------------------------------


def overdue_slips(moment: Moment) -> Iterator[Result]:
    """Yield every slip that is open, and a clear for each whose dossiers were all processed or corrected lately."""
    slips = _slips(overdue_open(moment.realm, moment.as_of))
    yield from _slip_findings(slips, moment)
    news = Dossier.objects.filter(realm=moment.realm, received_at__gt=moment.as_of - RECENT)
    yield from _over(_touched(news, moment) - slips.keys(), moment)


def overdue_arrived(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a clear for each slip whose last dossier has just been processed; the sweep finds what turns overdue."""
    touched = _touched(Dossier.objects.filter(pk__in=ids), moment)
    if touched:
        days = {day for _agency, day in touched}
        still = _slips(overdue_open(moment.realm, moment.as_of).filter(overdue_on__in=days))
        yield from _over(touched - still.keys(), moment)


def _touched(dossiers: QuerySet[Dossier], moment: Moment) -> set[Slip]:
    """Return the slips that dossiers with news belong to or belonged to before a correction, if they can be over."""
    slips: set[Slip] = set()
    rows = dossiers.filter(Q(ended_at__isnull=False, overdue_at__lt=moment.as_of) | ~Q(left_slips=[]))
    values = rows.order_by().values_list("department", "unit", "overdue_on", "left_slips").distinct()
    for department, unit, day, left in values:
        if day is not None:
            slips.add(((department, unit), day))
        slips |= {((slug, code), date.fromisoformat(before)) for slug, code, before in left}
    return slips


def _over(slips: Collection[Slip], moment: Moment) -> Iterator[Cleared]:
    for agency, day in sorted(slips):
        yield Cleared(rule=OVERDUE, fingerprint=_slip_key(agency, day), seen=moment.as_of)


def _slips(dossiers: QuerySet[Dossier]) -> dict[Slip, _Open]:
    slips: dict[Slip, _Open] = {}
    rows = dossiers.order_by("overdue_at", "pk")
    for pk, department, unit, day, instant, historical in rows.values_list(
        "pk", "department", "unit", "overdue_on", "overdue_at", "historical"
    ):
        assert day is not None and instant is not None  # noqa: S101, PT018 - overdue dossiers have both
        slip = slips.setdefault(((department, unit), day), _Open(instant))
        slip.ids.append(pk)
        slip.latest = max(slip.latest, instant)
        slip.live = slip.live or not historical
    return slips


def _slip_findings(slips: dict[Slip, _Open], moment: Moment) -> Iterator[Finding]:
    names = _names({agency for agency, _day in slips}, moment)
    for (agency, day), slip in sorted(slips.items()):
        severity: Severity = "high" if len(slip.ids) >= MANY else "medium"
        yield Finding(
            rule=OVERDUE,
            severity=severity,
            fingerprint=_slip_key(agency, day),
            title=message(
                gettext_noop("{agency}: {count} overdue since {day}"),
                count=len(slip.ids),
                day=day.strftime("%d/%m/%Y"),
                agency=names.get(agency, agency[0] or agency[1]),
            ),
            # What was filled in later is as old as it is; what is overdue now is news as long as it lasts.
            seen=moment.as_of if slip.live else slip.latest,
            unit=agency[1] or None,
            department=agency[0] or None,
            category="overdue",
            evidence=slip.ids[-EVIDENCE:],
            count=len(slip.ids),
        )


def _slip_key(agency: Agency, day: date) -> str:
    return f"{OVERDUE}:{agency[0] or agency[1]}:{day.isoformat()}"


def _names(agencies: Collection[Agency], moment: Moment) -> dict[Agency, dict[str, str]]:
    departments = departments_by_slug({slug for slug, _code in agencies if slug})
    units = units_by_code({code for _slug, code in agencies if code}, moment.as_of.astimezone(LOCAL).date())
    labels = {(slug, ""): department.label for slug, department in departments.items()}
    return labels | {("", code): unit.label for code, unit in units.items()}


# --- online dossiers nobody received ---------------------------------------------------------------------------------


def waiting_for_receipt(moment: Moment) -> Iterator[Result]:
    """Yield a finding per agency that left online dossiers unreceived for 8 working hours, a clear for the others."""
    waiting: dict[Agency, list[int]] = {}
    rows = not_received(moment.realm, moment.as_of).order_by("receive_by", "pk")
    for pk, department, unit in rows.values_list("pk", "department", "unit"):
        waiting.setdefault((department, unit), []).append(pk)
    names = _names(waiting, moment)
    for agency, found in sorted(waiting.items()):
        yield Finding(
            rule=NOT_RECEIVED,
            severity="low",
            fingerprint=_receipt_key(agency),
            title=message(
                gettext_noop("{agency}: {count} online not received in time"),
                count=len(found),
                agency=names.get(agency, agency[0] or agency[1]),
            ),
            seen=moment.as_of,
            unit=agency[1] or None,
            department=agency[0] or None,
            category="not_received",
            evidence=found[-EVIDENCE:],
            count=len(found),
        )
    news = Dossier.objects.filter(realm=moment.realm, received_at__gt=moment.as_of - RECENT)
    settled = news.filter(receive_by__lt=moment.as_of).exclude(status=Status.REGISTERED).order_by("department", "unit")
    for department, unit in settled.values_list("department", "unit").distinct():
        if (department, unit) not in waiting:
            yield Cleared(rule=NOT_RECEIVED, fingerprint=_receipt_key((department, unit)), seen=moment.as_of)


def _receipt_key(agency: Agency) -> str:
    return f"{NOT_RECEIVED}:{agency[0] or agency[1]}"


RULES = (
    Rule(
        id=OVERDUE,
        version=1,
        severity="medium",
        title=gettext_noop("Dossiers overdue"),
        basis=gettext_noop(
            "Decree 61/2018/NĐ-CP art. 19, kept in Decree 118/2025/NĐ-CP: the end is due by the appointment"
        ),
        sources=("dossiers",),
        detect=overdue_arrived,
        sweep=overdue_slips,
        every=timedelta(minutes=1),
    ),
    Rule(
        id=NOT_RECEIVED,
        version=1,
        severity="low",
        title=gettext_noop("Online dossiers not received"),
        basis=gettext_noop("practice: an online dossier is received within 8 working hours (configuration)"),
        sources=("dossiers",),
        sweep=waiting_for_receipt,
        every=timedelta(minutes=5),
    ),
)

CATEGORIES = {
    "overdue": gettext_noop("Overdue dossiers"),
    "not_received": gettext_noop("Dossiers not taken in"),
}
"""What the categories of findings are called: message ids by code."""
