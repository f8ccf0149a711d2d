"""Reading reports: what the public may see of one, what staff see in lists."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import QuerySet

from monitors.field_reports.models import FINISHED, Report, StatusEvent
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.directory.pack import pack
from services.directory.selectors import departments_by_slug, units_by_code
from services.kernel.clock import LOCAL
from services.kernel.ids import normal_code

Pair = dict[str, str]
"""A name as ``{"vi": …, "en": …}``."""


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One step of a report: ``by`` is the office that had it then, ``text`` what it tells the public."""

    status: str
    at: datetime
    text: str
    by: Pair | None


@dataclass(frozen=True, slots=True)
class PublicReport:
    """What whoever has the code sees. The reporter is never part of it. ``status`` is one of ``models.Status``."""

    code: str
    realm: str
    category: Pair | None
    description: str
    address: str
    unit: Pair | None
    department: Pair | None
    lon_lat: tuple[float, float] | None
    urgent: bool
    status: str
    status_at: datetime
    created_at: datetime
    due_at: datetime | None
    outcome: str
    public_text: str
    steps: tuple[PublicStep, ...]

    @property
    def finished(self) -> bool:
        """True when nothing more will happen unless it is reopened."""
        return self.status in FINISHED


def report_by_code(code: str) -> PublicReport | None:
    """Return the report with this code, however it was typed; None when there is none: 4 statements."""
    report = Report.objects.filter(code=normal_code(code)).first() if "\x00" not in code else None
    if report is None:
        return None
    steps = list(report.events.all())
    offices = _offices(report, steps)
    category = pack().category(report.category)
    return PublicReport(
        code=report.code,
        realm=report.realm,
        category={"vi": category.name["vi"], "en": category.name["en"]} if category else None,
        description=report.description,
        address=report.address,
        unit=offices.get(report.unit),
        department=offices.get(report.department),
        lon_lat=report.lon_lat,
        urgent=report.urgent,
        status=report.status,
        status_at=report.status_at,
        created_at=report.occurred_at,
        due_at=report.due_at,
        outcome=report.outcome,
        public_text=report.public_text,
        steps=tuple(PublicStep(s.status, s.at, s.text, offices.get(s.department or s.unit)) for s in steps),
    )


def _offices(report: Report, steps: list[StatusEvent]) -> dict[str, Pair]:
    """Return the names of all units and departments that a report went through, by code and slug."""
    codes = {report.unit, *(step.unit for step in steps)} - {""}
    slugs = {report.department, *(step.department for step in steps)} - {""}
    units = units_by_code(codes, report.occurred_at.astimezone(LOCAL).date()) if codes else {}
    departments = departments_by_slug(slugs) if slugs else {}
    return {code: unit.label for code, unit in units.items()} | {slug: d.label for slug, d in departments.items()}


def code_of(report_id: int) -> str:
    """Return the citizen's code of a report that was just stored (``Receipt.records`` has its id)."""
    return Report.objects.values_list("code", flat=True).get(pk=report_id)


def visible_reports(user: Reader) -> QuerySet[Report]:
    """Return the reports of the realm on show that the reader's roles reach; a citizen reaches their own."""
    reports = Report.objects.filter(realm=settings.IOC_REALM)
    return limit_by_code(reports, user, "records.read", owner="subject__user")


def near_reports(lon: float, lat: float, *, metres: float = 100, limit: int = 5) -> QuerySet[Report]:
    """Return open reports around a place, newest first: somebody may have said it already."""
    around = Report.objects.filter(realm=settings.IOC_REALM, place__dwithin=(Point(lon, lat, srid=4326), 0.01))
    close = around.filter(place__distance_lte=(Point(lon, lat, srid=4326), D(m=metres)))
    return close.exclude(status__in=FINISHED).order_by("-pk")[:limit]
