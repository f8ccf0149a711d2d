"""When sites, complaints and the department's figures need a person. Reads records, writes nothing.

A site that is too full is relieved by a count that says so, never by a counter that fell silent. Complaints and
indicators are swept: what holds is said again every time, and what is over too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from monitors.tourism import queries
from monitors.tourism.science import crowding
from monitors.tourism.science.crowding import Verdict
from monitors.tourism.science.grievances import Grievance, lately, unanswered
from monitors.tourism.selectors import (
    complaint_facts,
    count_facts,
    grievances,
    newest_counts,
    places_of,
    presences,
)
from monitors.tourism.sites import OWNER, Site, label_of, place_of, sites
from services.contract import Cleared, Finding, Message, Moment, Result, Rule, Severity, message
from services.indicators import figures, findings

OVERCROWDED = "tourism.overcrowded"
COMPLAINTS = "tourism.complaints"
LATE = "tourism.late"
OFF_PLAN = "tourism.off_plan"
JUMP = "tourism.jump"
CODES = ("visitors", "visitors_foreign", "tourism_revenue")
"""What the department delivers every month, with a plan for the year."""
EVIDENCE = 100

# --- sites -----------------------------------------------------------------------------------------------------------

OF_VERDICT: Mapping[Verdict, Severity] = {Verdict.FULL: "high", Verdict.CROWDED: "medium"}


def crowds(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield the sites that counts which arrived show too full, a clear for those with room: 2 statements."""
    yield from _crowds(newest_counts(moment.realm, ids, moment.as_of), moment)


def crowds_now(moment: Moment) -> Iterator[Result]:
    """Yield the same for every site whose counter is not silent; of the others nothing is said: 2 statements."""
    yield from _crowds(newest_counts(moment.realm, None, moment.as_of), moment)


def _crowds(newest: Mapping[str, tuple[datetime, int]], moment: Moment) -> Iterator[Result]:
    found = presences(moment.realm, {slug: at for slug, (at, _pk) in newest.items()}) if newest else {}
    for slug, present in sorted(found.items()):
        site, (at, pk) = sites()[slug], newest[slug]
        verdict = crowding.judge(present, site.capacity)
        if verdict in OF_VERDICT:
            yield _crowd(site, present, OF_VERDICT[verdict], at, pk)
        elif verdict == Verdict.RELIEVED:
            yield Cleared(rule=OVERCROWDED, fingerprint=f"{OVERCROWDED}:{slug}", seen=at)


def _crowd(site: Site, present: int, severity: Severity, at: datetime, pk: int) -> Finding:
    told = {"site": site.label, "present": present, "capacity": site.capacity}
    share = round(100 * crowding.load(present, site.capacity))
    return Finding(
        rule=OVERCROWDED,
        severity=severity,
        fingerprint=f"{OVERCROWDED}:{site.slug}",
        title=message(gettext_noop("{site}: {present} visitors, {share} % of {capacity}"), share=share, **told),
        seen=at,
        unit=site.unit,
        department=OWNER,
        place=(site.lon, site.lat),
        category="crowd",
        evidence=[pk],
    )


# --- complaints ------------------------------------------------------------------------------------------------------


def complaints(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield how the places stand that complaints which arrived are about: 2 statements."""
    about = places_of(moment.realm, ids)
    if about:
        yield from _grievances(grievances(moment.realm, moment.as_of, about), moment)


def complaints_now(moment: Moment) -> Iterator[Result]:
    """Yield how every place stands that complaints were about lately or still wait: 1 statement."""
    yield from _grievances(grievances(moment.realm, moment.as_of), moment)


def _grievances(found: Mapping[str, Sequence[Grievance]], moment: Moment) -> Iterator[Result]:
    for about, all_of in sorted(found.items()):
        several, late = lately(all_of, moment.as_of), unanswered(all_of, moment.as_of)
        if not several and not late:
            yield Cleared(rule=COMPLAINTS, fingerprint=f"{COMPLAINTS}:{about}", seen=moment.as_of)
            continue
        yield _complained(about, several, late, moment)


def _complained(about: str, several: Sequence[Grievance], late: Sequence[Grievance], moment: Moment) -> Finding:
    place = place_of(about)
    behind = {one.pk for one in (*several, *late)}
    return Finding(
        rule=COMPLAINTS,
        severity="medium" if several else "low",
        fingerprint=f"{COMPLAINTS}:{about}",
        title=_complaint_title(about, several, late),
        seen=moment.as_of,
        unit=place.unit if place else None,
        department=OWNER,
        place=(place.lon, place.lat) if place else None,
        category="several" if several else "unanswered",
        evidence=sorted(behind)[-EVIDENCE:],
        count=len(behind),
    )


def _complaint_title(about: str, several: Sequence[Grievance], late: Sequence[Grievance]) -> Message:
    told = {"place": label_of(about), "count": len(several), "late": len(late)}
    if several and late:
        return message(gettext_noop("{place}: {count} complaints in 7 days, {late} past the term of answer"), **told)
    if several:
        return message(gettext_noop("{place}: {count} complaints in 7 days"), **told)
    if len(late) > 1:
        return message(gettext_noop("{place}: {late} complaints past the term of answer"), **told)
    return message(gettext_noop("{place}: a complaint is past the term of its answer"), **told)


# --- indicators ------------------------------------------------------------------------------------------------------


def late(moment: Moment) -> Iterable[Result]:
    """Yield what the department owes and has not delivered; of who never delivered anything nothing is said."""
    return findings.late(LATE, CODES, moment)


def off_plan(moment: Moment) -> Iterable[Result]:
    """Yield the indicators whose year so far lags behind its plan."""
    return findings.off_plan(OFF_PLAN, CODES, moment)


def jumps(moment: Moment) -> Iterable[Result]:
    """Yield the indicators whose newest month leapt."""
    return findings.jumps(JUMP, CODES, moment)


SHEETS = figures.query_of(CODES)
RULES = (
    Rule(
        id=OVERCROWDED,
        version=1,
        severity="medium",
        title=gettext_noop("Site too full"),
        basis=gettext_noop("practice: from 90 % of what a site holds, until below 80 % (configuration)"),
        sources=("site_counts",),
        detect=crowds,
        sweep=crowds_now,
        every=timedelta(minutes=5),
        records=queries.COUNTS,
        facts=count_facts,
    ),
    Rule(
        id=COMPLAINTS,
        version=1,
        severity="medium",
        title=gettext_noop("Complaints of visitors"),
        basis=gettext_noop("practice: three about one place in 7 days, or no answer in 5 working days (configuration)"),
        sources=("complaints",),
        detect=complaints,
        sweep=complaints_now,
        every=timedelta(minutes=15),
        records=queries.COMPLAINTS,
        facts=complaint_facts,
    ),
    Rule(
        id=LATE,
        version=1,
        severity="medium",
        title=gettext_noop("Tourism figures not delivered"),
        basis=gettext_noop("duties of delivery of the province's pack (configuration)"),
        sources=("workbook",),
        sweep=late,
        every=timedelta(minutes=15),
        records=SHEETS,
    ),
    Rule(
        id=OFF_PLAN,
        version=1,
        severity="medium",
        title=gettext_noop("Tourism behind its plan"),
        basis=gettext_noop("practice: more than 10 % of the year's plan behind the calendar (configuration)"),
        sources=("workbook",),
        sweep=off_plan,
        every=timedelta(minutes=15),
        records=SHEETS,
    ),
    Rule(
        id=JUMP,
        version=1,
        severity="medium",
        title=gettext_noop("Leap in tourism figures"),
        basis=gettext_noop("practice: four robust deviations from the usual change between months (configuration)"),
        sources=("workbook",),
        sweep=jumps,
        every=timedelta(minutes=15),
        records=SHEETS,
    ),
)

CATEGORIES = {
    "crowd": gettext_noop("Too many visitors"),
    "several": gettext_noop("Several complaints of tourists"),
    "unanswered": gettext_noop("Complaints of tourists not answered"),
    "late": gettext_noop("Figures not delivered"),
}
"""What the categories of findings are called: message ids by code."""
