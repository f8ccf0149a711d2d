"""What a person should know about the plan of the year and its investment capital. Reads records, writes nothing.

A project that lags is told to its investor. An investor with many of them, or far below the province's mean, is told
once, not once for each project.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils.translation import gettext_noop

from monitors.socioeconomy.models import Project
from monitors.socioeconomy.places import labels
from monitors.socioeconomy.queries import BY_COMMUNE, CODES, OWNER, PLANNED, SHEETS, STEADY, year_on_show
from monitors.socioeconomy.science import disbursement
from monitors.socioeconomy.selectors import Ledger, defined, ledgers, sheet_facts, total_of
from services.contract import Cleared, Finding, Moment, Result, Rule, Severity, message
from services.indicators import findings
from services.kernel.clock import LOCAL

OFF_PLAN = "socioeconomy.off_plan"
JUMP = "socioeconomy.jump"
OUTLIER = "socioeconomy.outlier"
LATE = "socioeconomy.late"
SLOW_PROJECT = "socioeconomy.slow_project"
SLOW_INVESTOR = "socioeconomy.slow_investor"

EVERY = timedelta(minutes=5)
EVIDENCE = 100
_OF_PROGRESS: dict[str, Severity] = {"behind": "low", "far_behind": "medium"}


# --- indicators ------------------------------------------------------------------------------------------------------


def off_plan(moment: Moment) -> Iterator[Result]:
    """Yield what lags behind the year's plan, a clear for the rest."""
    yield from findings.off_plan(OFF_PLAN, defined(PLANNED), moment)


def jumps(moment: Moment) -> Iterator[Result]:
    """Yield what leapt in its newest month: a typing error, or news; a clear for the rest."""
    yield from findings.jumps(JUMP, defined(STEADY), moment)


def outliers(moment: Moment) -> Iterator[Result]:
    """Yield the communes whose newest count stands out from what their peers' did; a clear for the others."""
    yield from findings.outliers(OUTLIER, defined(BY_COMMUNE), moment)


def late(moment: Moment) -> Iterator[Result]:
    """Yield deliveries that are due and not there, a clear for those that came."""
    yield from findings.late(LATE, CODES, moment)


# --- projects --------------------------------------------------------------------------------------------------------


def slow_projects(moment: Moment) -> Iterator[Result]:
    """Yield each project behind its line, unless its investor is told as a whole; a clear for others: 2 statements."""
    current, past = _projects(moment)
    slow = {ledger.investor for ledger, _severity in _slow(current)}
    told = [row for row in current if row.progress in disbursement.LAGGING and row.investor not in slow]
    named = labels({row.investor for row in told}, moment.as_of.astimezone(LOCAL).date())
    for row in told:
        title = message(
            gettext_noop("{project} ({investor}): {share} % of {plan} billion VND by {month}, {expected} % due"),
            project=row.label, investor=named[row.investor], share=row.share, plan=row.plan,
            month=f"{row.month:%m/%Y}", expected=row.expected,
        )  # fmt: skip
        yield Finding(
            rule=SLOW_PROJECT,
            severity=_OF_PROGRESS[row.progress],
            fingerprint=f"{SLOW_PROJECT}:{row.external_id}",
            title=title,
            seen=moment.as_of,
            unit=row.investor_unit or None,
            department=None if row.investor_unit else row.investor_department or OWNER,
            place=(row.place.x, row.place.y) if row.place else None,
            category="disbursement",
            evidence=(row.pk,),
        )
    found = {row.pk for row in told}
    for row in (*current, *past):
        if row.pk not in found:
            yield Cleared(SLOW_PROJECT, f"{SLOW_PROJECT}:{row.external_id}", moment.as_of)


def slow_investors(moment: Moment) -> Iterator[Result]:
    """Yield each investor that stands out among all, a clear for the others: 2 statements."""
    current, past = _projects(moment)
    slow = _slow(current)
    mean = total_of(current).share or 0.0
    named = labels({ledger.investor for ledger, _severity in slow}, moment.as_of.astimezone(LOCAL).date())
    for ledger, severity in slow:
        yield _investor(ledger, severity, named[ledger.investor], mean, moment)
    found = {_mark(ledger.projects[0]) for ledger, _severity in slow}
    for mark in sorted({_mark(row) for row in (*current, *past)} - found):
        yield Cleared(SLOW_INVESTOR, mark, moment.as_of)


def _investor(ledger: Ledger, severity: Severity, name: dict[str, str], mean: float, moment: Moment) -> Finding:
    first, sums = ledger.projects[0], ledger.total
    title = message(
        gettext_noop(
            "{investor}: {share} % of {plan} billion VND paid out by {month}, {mean} % in the province; "
            "{lagging} of {count} projects lag"
        ),
        investor=name, share=round(100 * (sums.share or 0.0), 1), plan=round(sums.plan, 1),
        month=f"{ledger.month:%m/%Y}", mean=round(100 * mean, 1), lagging=sums.lagging, count=sums.projects,
    )  # fmt: skip
    lagging = [row.pk for row in ledger.projects if row.progress in disbursement.LAGGING]
    return Finding(
        rule=SLOW_INVESTOR,
        severity=severity,
        fingerprint=_mark(first),
        title=title,
        seen=moment.as_of,
        unit=first.investor_unit or None,
        department=None if first.investor_unit else first.investor_department or OWNER,
        category="disbursement",
        evidence=tuple(lagging[:EVIDENCE]),
        count=sums.lagging,
    )


def _mark(project: Project) -> str:
    """Return the fingerprint of its investor's year."""
    return f"{SLOW_INVESTOR}:{project.year}:{project.investor}"


def _slow(projects: Iterable[Project]) -> list[tuple[Ledger, Severity]]:
    rows = list(projects)
    whole = total_of(rows)
    judged = ((ledger, disbursement.is_slow(ledger.total, whole)) for ledger in ledgers(rows))
    return [(ledger, severity) for ledger, severity in judged if severity]


def _projects(moment: Moment) -> tuple[list[Project], list[Project]]:
    """Return the projects of the budget year on show and those of the years before: 1 statement.

    Of a year that is over nothing is asked any more, once there are reports of the next.
    """
    day = moment.as_of.astimezone(LOCAL).date()
    rows = Project.objects.filter(
        realm=moment.realm, year__gte=year_on_show(moment.realm, day) - 1, year__lte=disbursement.budget_year(day)
    )
    known = list(rows.defer("raw", "digest").order_by("external_id"))
    year = max((row.year for row in known), default=0)
    return [row for row in known if row.year == year], [row for row in known if row.year < year]


_WORKBOOK, _PROJECTS = ("workbook",), ("projects",)
RULES = (
    Rule(
        id=OFF_PLAN,
        version=1,
        severity="medium",
        title=gettext_noop("Indicator behind the year's plan"),
        basis=gettext_noop("plan of the year by the calendar, 10 % of leeway (configuration)"),
        sources=_WORKBOOK,
        sweep=off_plan,
        every=EVERY,
        records=SHEETS,
        facts=sheet_facts,
    ),
    Rule(
        id=JUMP,
        version=1,
        severity="medium",
        title=gettext_noop("Unusual leap of an indicator"),
        basis=gettext_noop("four robust deviations from the usual change between months (configuration)"),
        sources=_WORKBOOK,
        sweep=jumps,
        every=EVERY,
        records=SHEETS,
        facts=sheet_facts,
    ),
    Rule(
        id=OUTLIER,
        version=1,
        severity="medium",
        title=gettext_noop("Commune unlike its peers"),
        basis=gettext_noop("3.5 robust deviations from its own past and its peers' course (configuration)"),
        sources=_WORKBOOK,
        sweep=outliers,
        every=EVERY,
        records=SHEETS,
        facts=sheet_facts,
    ),
    Rule(
        id=LATE,
        version=1,
        severity="medium",
        title=gettext_noop("Indicators not delivered in time"),
        basis=gettext_noop("the province's reporting duties (configuration of the pack)"),
        sources=_WORKBOOK,
        sweep=late,
        every=EVERY,
        records=SHEETS,
        facts=sheet_facts,
    ),
    Rule(
        id=SLOW_PROJECT,
        version=1,
        severity="low",
        title=gettext_noop("Project slow to pay out its capital"),
        basis=gettext_noop("Law on Public Investment: paid out by 31 January; line by month (configuration)"),
        sources=_PROJECTS,
        sweep=slow_projects,
        every=EVERY,
    ),
    Rule(
        id=SLOW_INVESTOR,
        version=1,
        severity="medium",
        title=gettext_noop("Investor slow to pay out its capital"),
        basis=gettext_noop("below half of the province's mean, or three projects behind (configuration)"),
        sources=_PROJECTS,
        sweep=slow_investors,
        every=EVERY,
    ),
)

CATEGORIES = {
    "disbursement": gettext_noop("Disbursement of public investment"),
    "late": gettext_noop("Figures not delivered"),
}
"""What the categories of findings are called: message ids by code."""
