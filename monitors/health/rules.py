"""When diseases, late reports and full hospitals need a person. Reads records, writes nothing.

Every rule looks at the diseases in communes that reports just spoke of, as far as they are known today; the number of
statements does not grow with the batch. Only a report that says so ends an outbreak: a silent commune never does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_noop

from monitors.health import curves
from monitors.health.diseases import OWNER, diseases, natures
from monitors.health.facilities import facilities
from monitors.health.lateness import late_reports, overdue_weeks
from monitors.health.models import Capacity
from monitors.health.queries import CAPACITIES
from monitors.health.science import beds, course
from monitors.health.science.circular15 import Level, Verdict
from monitors.health.science.course import Course
from monitors.health.selectors import Pair, capacity_facts, courses, touched
from services.contract import Cleared, Finding, Message, Moment, Result, Rule, Severity, message
from services.kernel.clock import LOCAL

OUTBREAK = "health.outbreak"
WARNING = "health.warning"
UNUSUAL = "health.unusual"
LATE = "health.late_report"
NEAR_FULL = "health.near_full"

OF_OUTBREAK: Mapping[str, Severity] = {"A": "critical", "B": "high", "C": "medium"}
OF_WARNING: Mapping[str, Severity] = {"A": "high", "B": "medium", "C": "low"}
OF_UNUSUAL: Mapping[str, Severity] = {"A": "medium", "B": "medium", "C": "low"}
"""By the disease's group (configuration)."""
PRESENT = timedelta(days=14)
"""What was reported up to so long ago is how things stand; older is told as old as it is (configuration)."""
EVIDENCE = 100


# --- diseases --------------------------------------------------------------------------------------------------------


def _judged(ids: Sequence[int], moment: Moment) -> Iterator[tuple[Pair, Course, list[int]]]:
    """Yield what arrived by disease and commune, with what is known of it: 6 statements at most."""
    found = touched(ids, moment.realm)
    today = moment.as_of.astimezone(LOCAL).date()
    known = courses(moment.realm, found, today) if found else {}
    for pair in sorted(found):
        yield pair, known[pair], found[pair]


def _seen(day: date | None, moment: Moment) -> datetime:
    """Return when a condition was seen: now while the news is of these days, else the end of its own day."""
    if day is None:
        return moment.as_of
    end = datetime.combine(day + timedelta(days=1), time(0), LOCAL)
    return moment.as_of if moment.as_of - end <= PRESENT else end


def _finding(rule: str, pair: Pair, severity: Severity, title: Message, seen: datetime, evidence: list[int]) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        fingerprint=f"{rule}:{pair[0]}:{pair[1]}",
        title=title,
        seen=seen,
        unit=pair[1],
        department=OWNER,
        category=f"group-{diseases()[pair[0]].group.lower()}",
        evidence=evidence[-EVIDENCE:],
    )


def _over(rule: str, pair: Pair, seen: datetime) -> Cleared:
    return Cleared(rule=rule, fingerprint=f"{rule}:{pair[0]}:{pair[1]}", seen=seen)


def outbreaks(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield each outbreak that is on, and a clear where a report ended it or took back what made it one."""
    for pair, known, evidence in _judged(ids, moment):
        verdict = course.outbreak(known, natures()[pair[0]])
        seen = _seen(known.last, moment)
        if verdict.level == Level.OUTBREAK:
            title = _outbreak_title(pair[0], verdict)
            yield _finding(OUTBREAK, pair, OF_OUTBREAK[diseases()[pair[0]].group], title, seen, evidence)
        elif verdict.level == Level.NONE:
            yield _over(OUTBREAK, pair, seen)


def _outbreak_title(disease: str, verdict: Verdict) -> Message:
    told = _told(disease, verdict)
    if natures()[disease].endemic and natures()[disease].group != "A":
        return message(gettext_noop("{disease}: outbreak, {count} cases in a month, limit {limit}"), **told)
    return message(gettext_noop("{disease}: outbreak, {count} linked cases"), **told)


def _told(disease: str, verdict: Verdict) -> dict[str, object]:
    limit = None if verdict.limit is None else round(verdict.limit, 1)
    return {"disease": diseases()[disease].label, "count": verdict.count, "limit": limit}


def warnings(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield where an outbreak may begin, and a clear where that is past, or became an outbreak."""
    for pair, known, evidence in _judged(ids, moment):
        verdict = course.warning(known, natures()[pair[0]])
        seen = _seen(known.last, moment)
        if verdict.level == Level.WARNING:
            title = _warning_title(pair[0], verdict)
            yield _finding(WARNING, pair, OF_WARNING[diseases()[pair[0]].group], title, seen, evidence)
        elif verdict.level == Level.NONE:
            yield _over(WARNING, pair, seen)


def _warning_title(disease: str, verdict: Verdict) -> Message:
    told = _told(disease, verdict)
    nature = natures()[disease]
    if nature.group == "A":
        return message(gettext_noop("{disease}: {count} confirmed"), **told)
    if nature.endemic:
        return message(gettext_noop("{disease}: {count} cases this week, usual at most {limit}"), **told)
    return message(gettext_noop("{disease}: {count} linked cases"), **told)


def unusual(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield days out of line with those before (EARS), a clear where the newest day is in line again."""
    for pair, known, evidence in _judged(ids, moment):
        found = course.unusual(known)
        if found is None or not found[2].judged:
            continue
        day, count, scores = found
        if not scores.signs:
            yield _over(UNUSUAL, pair, _seen(day, moment))
            continue
        title = message(
            gettext_noop("{disease}: {count} cases on {day}, out of line with the days before ({signs})"),
            disease=diseases()[pair[0]].label,
            count=count,
            day=f"{day:%d/%m/%Y}",
            signs=", ".join(scores.signs),
        )
        severity = OF_UNUSUAL[diseases()[pair[0]].group]
        yield _finding(UNUSUAL, pair, severity, title, _seen(day, moment), evidence)


# --- reports that are late --------------------------------------------------------------------------------------------


def late(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield communes whose newest case came too late or whose week is missing, a clear for those in time again."""
    yield from _lateness(late_reports(ids, moment))


def overdue(moment: Moment) -> Iterator[Result]:
    """Yield each commune whose report of the week is due and not there; only a report clears."""
    yield from _lateness(overdue_weeks(moment))


def _lateness(found: Iterable[tuple[str, Message | None, datetime, Severity, Sequence[int]]]) -> Iterator[Result]:
    for unit, title, seen, severity, evidence in found:
        key = f"{LATE}:{unit}"
        if title is None:
            yield Cleared(rule=LATE, fingerprint=key, seen=seen)
        else:
            yield Finding(LATE, severity, key, title, seen, unit=unit, category="late", evidence=evidence)


# --- beds ------------------------------------------------------------------------------------------------------------


def near_full(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield hospitals from 95 % of their beds on, a clear for those below 90 %; between, things stay: 1 statement."""
    rows = Capacity.objects.filter(pk__in=ids, realm=moment.realm, beds__gt=0).order_by("as_of", "pk")
    for pk, slug, inpatients, made, as_of in rows.values_list("pk", "facility", "inpatients", "beds", "as_of"):
        place, share = facilities().get(slug), inpatients / made
        key = f"{NEAR_FULL}:{slug}"
        if share < beds.RELIEVED:
            yield Cleared(rule=NEAR_FULL, fingerprint=key, seen=as_of)
        elif share >= beds.FULL and place:
            told = {"facility": place.label, "share": round(100 * share, 1), "inpatients": inpatients, "beds": made}
            title = message(gettext_noop("{facility}: {share} % of beds taken ({inpatients} of {beds})"), **told)
            severity: Severity = "high" if share > 1 else "medium"
            yield Finding(
                NEAR_FULL,
                severity,
                key,
                title,
                as_of,
                unit=place.unit,
                department=OWNER,
                place=(place.lon, place.lat),
                category="beds",
                evidence=[pk],
            )


_CASES, _BEDS = ("cases",), ("capacity",)
RULES = (
    Rule(
        id=OUTBREAK,
        version=1,
        severity="high",
        title=gettext_noop("Outbreak of a disease"),
        basis=gettext_noop("Circular 15/2026/TT-BYT: month above mean + 2σ of five years, or five linked cases"),
        sources=_CASES,
        detect=outbreaks,
        curve=curves.weeks,
    ),
    Rule(
        id=WARNING,
        version=1,
        severity="medium",
        title=gettext_noop("Outbreak may begin"),
        basis=gettext_noop("Circular 15/2026/TT-BYT: week above mean + 1σ, three linked cases, or one case of group A"),
        sources=_CASES,
        detect=warnings,
        curve=curves.weeks,
    ),
    Rule(
        id=UNUSUAL,
        version=1,
        severity="medium",
        title=gettext_noop("Unusual number of cases"),
        basis=gettext_noop("EARS C1, C2 and C3 (CDC): z from 3.09 against seven days, floor 1 for σ (configuration)"),
        sources=_CASES,
        detect=unusual,
        curve=curves.weeks,
    ),
    Rule(
        id=LATE,
        version=1,
        severity="low",
        title=gettext_noop("Disease report late"),
        basis=gettext_noop("Circular 15/2026/TT-BYT: 24 hours, 48 hours or weekly, by disease"),
        sources=_CASES,
        detect=late,
        sweep=overdue,
        every=timedelta(minutes=15),
    ),
    Rule(
        id=NEAR_FULL,
        version=1,
        severity="medium",
        title=gettext_noop("Hospital nearly full"),
        basis=gettext_noop("practice: from 95 % of beds, until below 90 % (configuration)"),
        sources=_BEDS,
        detect=near_full,
        records=CAPACITIES,
        facts=capacity_facts,
    ),
)

CATEGORIES = {
    "group-a": gettext_noop("Infectious diseases, group A"),
    "group-b": gettext_noop("Infectious diseases, group B"),
    "group-c": gettext_noop("Infectious diseases, group C"),
    "late": gettext_noop("Case reports that came late"),
    "beds": gettext_noop("Hospital beds"),
}
"""What the categories of findings are called: message ids by code."""
