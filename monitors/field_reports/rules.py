"""What a person should know about reports. Reads records, writes nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop

from monitors.field_reports.deadlines import promise
from monitors.field_reports.models import AWAITING, Report
from services.contract import Cleared, Finding, Message, Moment, Result, Rule, Severity, message
from services.directory.pack import pack
from services.directory.selectors import departments_by_slug, units_by_code
from services.kernel.clock import LOCAL

NEW_REPORT = "field_reports.new_report"
AWAITING_BACKLOG = "field_reports.awaiting_backlog"
SURGE = "field_reports.surge"

PROVINCE_TARGET = 20
"""Reports that may await an office in the whole province (configuration)."""
DEPARTMENT_TARGET = 10
"""Reports that may await one department (configuration)."""
SURGE_COUNT = 5
SURGE_WINDOW = timedelta(hours=1)
"""So many reports of one category in one commune within this time have one cause (configuration)."""
SURGE_MEMORY = timedelta(hours=48)
"""How long after a surge a sweep still says that it is over."""
EVIDENCE = 200


# --- one finding per report ------------------------------------------------------------------------------------------


def new_reports(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a finding for every report: each is somebody's duty. Titles never carry the citizen's words."""
    reports = list(Report.objects.filter(pk__in=ids).order_by("pk"))
    units = units_by_code({r.unit for r in reports if r.unit}, moment.as_of.astimezone(LOCAL).date())
    for report in reports:
        unit = units.get(report.unit)
        yield Finding(
            rule=NEW_REPORT,
            severity="high" if report.urgent else "low",
            fingerprint=f"{NEW_REPORT}:{report.public_id}",
            title=_title(report.category, unit.label if unit else None),
            seen=report.occurred_at,
            unit=report.unit or None,
            department=report.department or None,
            place=report.lon_lat,
            category=report.category,
            evidence=[report.pk],
            deadline=promise(pack().category(report.category)),
        )


def category_name(code: str) -> dict[str, str] | Message:
    """Return a category's name as a localised pair, or a message when it has none."""
    category = pack().category(code)
    if category is None:
        return message(gettext_noop("Report without a category"))
    return {"vi": category.name["vi"], "en": category.name["en"]}


def categories() -> dict[str, dict[str, str] | Message]:
    """Return every category's name by its code."""
    return {one.code: category_name(one.code) for one in pack().categories}


def _title(category: str, unit: dict[str, str] | None) -> Message:
    if unit is None:
        return message(gettext_noop("{category}, place not known"), category=category_name(category))
    return message(gettext_noop("{category}, {unit}"), category=category_name(category), unit=unit)


# --- too many of a kind at a place -----------------------------------------------------------------------------------


def surges(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a finding for each commune and category with so many reports in the last hour that they have one cause."""
    arrived = Report.objects.filter(pk__in=ids, occurred_at__gt=moment.as_of - SURGE_WINDOW).exclude(unit="")
    pairs = set(arrived.values_list("unit", "category"))
    if pairs:
        where = Q(unit__in={unit for unit, _category in pairs}, category__in={category for _unit, category in pairs})
        yield from _surging(_window(moment, SURGE_WINDOW).filter(where), moment)


def surges_over(moment: Moment) -> Iterator[Result]:
    """Yield a clear for each surge of the last two days that has fallen below the number."""
    groups = _window(moment, SURGE_MEMORY).values_list("unit", "category").annotate(n=Count("pk"))
    recent = Count("pk", filter=Q(occurred_at__gt=moment.as_of - SURGE_WINDOW))
    over = groups.filter(n__gte=SURGE_COUNT).annotate(recent=recent).filter(recent__lt=SURGE_COUNT)
    for unit, category, *_counts in over.order_by("unit", "category"):
        yield Cleared(rule=SURGE, fingerprint=_surge_key(unit, category), seen=moment.as_of)


def _window(moment: Moment, span: timedelta) -> QuerySet[Report]:
    reports = Report.objects.filter(realm=moment.realm, occurred_at__gt=moment.as_of - span)
    return reports.filter(occurred_at__lte=moment.as_of).exclude(unit="")


def _surging(reports: QuerySet[Report], moment: Moment) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[tuple[int, datetime]]] = {}
    rows = reports.order_by("occurred_at", "pk").values_list("unit", "category", "pk", "occurred_at")
    for unit, category, pk, occurred_at in rows:
        groups.setdefault((unit, category), []).append((pk, occurred_at))
    surging = {key: found for key, found in groups.items() if len(found) >= SURGE_COUNT}
    units = units_by_code({unit for unit, _category in surging}, moment.as_of.astimezone(LOCAL).date())
    for (unit, category), found in surging.items():
        place = units.get(unit)
        yield Finding(
            rule=SURGE,
            severity="medium",
            fingerprint=_surge_key(unit, category),
            title=message(
                gettext_noop("{count} reports within an hour: {category}, {unit}"),
                count=len(found),
                category=category_name(category),
                unit=place.label if place else unit,
            ),
            seen=found[-1][1],
            unit=unit,
            category=category,
            evidence=[pk for pk, _at in found][-EVIDENCE:],
            count=len(found),
        )


def _surge_key(unit: str, category: str) -> str:
    return f"{SURGE}:{unit}:{category}"


# --- nobody takes them on --------------------------------------------------------------------------------------------


def backlog(moment: Moment) -> Iterator[Result]:
    """Yield a finding or a clear for the province and for each department: more reports await an office than should."""
    awaiting = Report.objects.filter(AWAITING, realm=moment.realm)
    groups = awaiting.order_by().values_list("department").annotate(n=Count("pk"))
    counts = dict(groups)
    yield _backlog(moment, "", sum(counts.values()), PROVINCE_TARGET, awaiting)
    departments = departments_by_slug({d.slug for d in pack().departments} | (counts.keys() - {""}))
    for slug, department in sorted(departments.items()):
        mine = awaiting.filter(department=slug)
        yield _backlog(moment, slug, counts.get(slug, 0), DEPARTMENT_TARGET, mine, department.label)


def _backlog(
    moment: Moment,
    department: str,
    count: int,
    target: int,
    awaiting: QuerySet[Report],
    name: dict[str, str] | None = None,
) -> Result:
    fingerprint = f"{AWAITING_BACKLOG}:{department or 'province'}"
    if count <= target:
        return Cleared(rule=AWAITING_BACKLOG, fingerprint=fingerprint, seen=moment.as_of)
    severity: Severity = "high" if count > 2 * target else "medium"
    title = (
        message(gettext_noop("{count} reports await {department}"), count=count, department=name)
        if name
        else message(gettext_noop("{count} reports await assignment"), count=count)
    )
    return Finding(
        rule=AWAITING_BACKLOG,
        severity=severity,
        fingerprint=fingerprint,
        title=title,
        seen=moment.as_of,
        department=department or None,
        evidence=list(awaiting.order_by("-pk").values_list("pk", flat=True)[:EVIDENCE]),
        count=count,
    )


RULES = (
    Rule(
        id=NEW_REPORT,
        version=1,
        severity="low",
        title=gettext_noop("New field report"),
        basis=gettext_noop(
            "practice since 2021: every report is routed within 2 working hours, urgent categories first"
        ),
        sources=("portal",),
        detect=new_reports,
        clears=False,
    ),
    Rule(
        id=SURGE,
        version=1,
        severity="medium",
        title=gettext_noop("Many reports of one kind in one place"),
        basis=gettext_noop("practice: 5 reports of one category in one commune within an hour (configuration)"),
        sources=("portal",),
        detect=surges,
        sweep=surges_over,
        every=timedelta(minutes=5),
    ),
    Rule(
        id=AWAITING_BACKLOG,
        version=1,
        severity="medium",
        title=gettext_noop("Too many reports await assignment"),
        basis=gettext_noop("practice: at most 20 in the province, 10 at a department (configuration)"),
        sources=("portal",),
        sweep=backlog,
    ),
)
