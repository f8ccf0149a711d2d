"""When schools need a person. Reads records, writes nothing.

Schools of one commune stand together: five classes down with a fever on one day are one finding, for whoever looks
after that commune's schools and, beside its diseases, an early sign for those who look after its health. Only a report
says that it is over: a silent school is neither empty nor full.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_noop

from monitors.education import queries
from monitors.education.models import Attendance, School
from monitors.education.schools import OWNER
from monitors.education.science.classes import crowding, limit
from monitors.education.selectors import RECENT, Judged, Owing, judgements, owing, school_facts
from services.contract import Cleared, Finding, Moment, Result, Rule, Severity, message
from services.indicators import findings
from services.kernel.clock import LOCAL

UNUSUAL = "education.unusual_absence"
CROWDED = "education.overcrowded"
LATE_SCHOOL = "education.late_school"
LATE = "education.late"

CLUSTER, LARGE = 3, 5
"""Schools of a commune on the same days: from the first a cluster, from the second a large one (configuration)."""
MANY = 0.2
"""Absent pupils of one school from which it weighs as much as a cluster (configuration)."""
FULL = 1.2
"""Pupils to a class over the limit from which crowding is worse than low (configuration)."""
PRESENT = timedelta(days=14)
"""What was reported up to so long ago is how things stand; older is told as old as it is (configuration)."""
EVIDENCE = 100


def _seen(day: date, moment: Moment) -> datetime:
    """Return when a condition was seen: now while the news is of these days, else the end of its own day."""
    end = datetime.combine(day + timedelta(days=1), time(0), LOCAL)
    return moment.as_of if moment.as_of - end <= PRESENT else end


# --- absence ---------------------------------------------------------------------------------------------------------


def unusual(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield each commune whose schools miss unusually many pupils, a clear where none does: 4 statements.

    A school counts by its newest school day, within a week of the commune's own newest.
    """
    heard = Attendance.objects.filter(pk__in=ids, realm=moment.realm, historical=False, school_day=True)
    units = set(heard.order_by().values_list("unit", flat=True).distinct())
    schools = {
        school.code: school for school in School.objects.filter(realm=moment.realm, unit__in=units, closed_on=None)
    }
    by_unit: dict[str, list[Judged]] = defaultdict(list)
    for one in judgements(moment.realm, list(schools)).values():
        by_unit[schools[one.code].unit].append(one)
    for unit in sorted(by_unit):
        newest = max(one.day for one in by_unit[unit])
        fresh = [one for one in by_unit[unit] if one.day > newest - RECENT]
        bad = sorted((one for one in fresh if one.unusual), key=lambda one: (-(one.count.absent or 0.0), one.code))
        if bad:
            yield _absence(unit, bad, schools[bad[0].code], moment)
        elif any(one.verdict for one in fresh):
            yield Cleared(UNUSUAL, f"{UNUSUAL}:{unit}", _seen(newest, moment))


def _absence(unit: str, bad: list[Judged], worst: School, moment: Moment) -> Finding:
    first = bad[0]
    told = {
        "school": worst.label,
        "share": round(100 * (first.count.absent or 0.0), 1),
        "usual": round(100 * first.verdict.usual, 1) if first.verdict else None,
        "day": f"{first.day:%d/%m/%Y}",
    }
    one = gettext_noop("{school}: {share} % of pupils absent on {day}, usually {usual} %")
    many = gettext_noop("{count} schools with unusual absence; {school}: {share} % on {day}, usually {usual} %")
    return Finding(
        rule=UNUSUAL,
        severity=_weight(len(bad), first.count.absent or 0.0),
        fingerprint=f"{UNUSUAL}:{unit}",
        title=message(one, **told) if len(bad) == 1 else message(many, count=len(bad), **told),
        seen=_seen(max(one.day for one in bad), moment),
        unit=unit,
        department=OWNER,
        place=_place(worst) if len(bad) == 1 else None,
        category="cluster" if len(bad) >= CLUSTER else "absence",
        evidence=[one.pk for one in bad][:EVIDENCE],
        count=len(bad),
    )


def _weight(schools: int, share: float) -> Severity:
    if schools >= LARGE:
        return "high"
    return "medium" if schools >= CLUSTER or share >= MANY else "low"


def _place(school: School) -> tuple[float, float]:
    return school.place.x, school.place.y


# --- crowding --------------------------------------------------------------------------------------------------------


def overcrowded(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield each commune with schools of too many pupils to a class, a clear where there is none: 2 statements."""
    units = set(School.objects.filter(pk__in=ids, realm=moment.realm).order_by().values_list("unit", flat=True))
    today = moment.as_of.astimezone(LOCAL).date()
    by_unit: dict[str, list[tuple[float, School]]] = {unit: [] for unit in units}
    rows = School.objects.filter(realm=moment.realm, unit__in=units, closed_on=None).defer("raw", "digest")
    for school in rows.order_by("code"):
        share = crowding(school.level, school.pupils, school.classes, today)
        if share is not None and share > 1:
            by_unit[school.unit].append((share, school))
    for unit, found in sorted(by_unit.items()):
        key = f"{CROWDED}:{unit}"
        if not found:
            yield Cleared(CROWDED, key, moment.as_of)
            continue
        share, worst = max(found, key=lambda pair: pair[0])
        most = limit(worst.level, today)
        title = message(
            gettext_noop("{count} schools with too many pupils to a class; {school}: {size}, at most {limit}"),
            count=len(found),
            school=worst.label,
            size=round(worst.pupils / worst.classes, 1),
            limit=most,
        )
        yield Finding(
            rule=CROWDED,
            severity="medium" if share >= FULL else "low",
            fingerprint=key,
            title=title,
            seen=moment.as_of,
            unit=unit,
            department=OWNER,
            category="classes",
            evidence=[school.pk for _share, school in found][:EVIDENCE],
            count=len(found),
        )


# --- reports that are late -------------------------------------------------------------------------------------------


def late_school(moment: Moment) -> Iterator[Result]:
    """Yield each commune with schools whose attendance is due and not there, a clear for the others: 3 statements."""
    by_unit: dict[str, list[Owing]] = defaultdict(list)
    for one in owing(moment.realm, moment.as_of):
        by_unit[one.school.unit].append(one)
    for unit, owed in sorted(by_unit.items()):
        late = [one for one in owed if one.late]
        key = f"{LATE_SCHOOL}:{unit}"
        if not late:
            yield Cleared(LATE_SCHOOL, key, moment.as_of)
            continue
        told = {"school": late[0].school.label, "count": len(late), "day": f"{max(one.day for one in late):%d/%m/%Y}"}
        one_only = gettext_noop("{school} has not reported attendance of {day}")
        several = gettext_noop("{count} schools have not reported attendance of {day}, {school} among them")
        yield Finding(
            rule=LATE_SCHOOL,
            severity="medium" if len(late) >= CLUSTER and 2 * len(late) > len(owed) else "low",
            fingerprint=key,
            title=message(one_only if len(late) == 1 else several, **told),
            seen=max(one.due for one in late),
            unit=unit,
            department=OWNER,
            category="late",
            count=len(late),
        )


def late(moment: Moment) -> Iterator[Result]:
    """Yield what a department owes of the topic's indicators; one that never delivered any is not connected."""
    yield from findings.late(LATE, queries.DELIVERED, moment)


RULES = (
    Rule(
        id=UNUSUAL,
        version=1,
        severity="medium",
        title=gettext_noop("Unusual absence in schools"),
        basis=gettext_noop("practice: three spreads and 5 points above the same weekday and season (configuration)"),
        sources=("attendance",),
        detect=unusual,
    ),
    Rule(
        id=CROWDED,
        version=1,
        severity="low",
        title=gettext_noop("Too many pupils to a class"),
        basis=gettext_noop("Circulars 28/2020 and 32/2020/TT-BGDĐT: 35 in primary, 45 in secondary schools (recalled)"),
        sources=("schools",),
        detect=overcrowded,
        records=queries.SCHOOLS,
        facts=school_facts,
    ),
    Rule(
        id=LATE_SCHOOL,
        version=1,
        severity="low",
        title=gettext_noop("Attendance not reported"),
        basis=gettext_noop("practice: by 9:00 of each school day (configuration)"),
        sources=("attendance",),
        sweep=late_school,
        every=timedelta(minutes=5),
    ),
    Rule(
        id=LATE,
        version=1,
        severity="medium",
        title=gettext_noop("Indicators of education not delivered"),
        basis=gettext_noop("delivery duties of the province (configuration)"),
        sources=("workbook",),
        sweep=late,
        every=timedelta(hours=1),
        records=queries.SHEETS,
    ),
)

CATEGORIES = {
    "absence": gettext_noop("Absence at a school"),
    "cluster": gettext_noop("Absence at several schools"),
    "classes": gettext_noop("Absence in several classes"),
    "late": gettext_noop("Schools that have not reported"),
}
"""What the categories of findings are called: message ids by code."""
