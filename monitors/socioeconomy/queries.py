"""The rows behind every figure, and which indicators are this monitor's. Reads, writes nothing."""

from datetime import date

from django.db.models import Q, QuerySet, Subquery
from django.utils.translation import gettext_noop

from monitors.socioeconomy.models import Project
from monitors.socioeconomy.science import disbursement
from services.contract import Column, Query, Scope
from services.indicators import figures
from services.kernel.clock import LOCAL

OWNER = "so-tai-chinh"
"""The department that answers for the plan and watches every project."""

REVENUE = "budget_revenue"
PLANNED = (REVENUE, "retail_sales", "investment_total", "exports")
"""Amounts of a year that has a plan: a part of the year asks for that part of the plan. Rates have no such parts."""
STEADY = (
    *("exports", "imports", "cpi_growth", "firms_new", "firms_suspended", "deposits", "credit", "jobs_created"),
    "electricity_sold",
)
"""What is delivered month by month and does not leap without a reason."""
BY_COMMUNE = ("firms_new", "firms_suspended", "jobs_created")
"""Counts that communes may tell each for itself; where only the province does, there is nothing to compare."""
SHOWN = (
    *(REVENUE, "budget_spending", "public_investment_rate", "grdp_growth", "iip_growth", "retail_sales"),
    *("investment_total", "fdi", "exports", "imports", "cpi_growth", "firms_new", "firms_suspended", "jobs_created"),
    *("deposits", "credit", "electricity_sold"),
)
"""What the board's table lists, in its order."""
CODES = (
    *SHOWN,
    *("budget_revenue_growth", "public_investment_plan", "public_investment_disbursed", "trade_balance"),
    *("grdp", "grdp_growth_agriculture", "grdp_growth_industry", "grdp_growth_services"),
    *("coffee_output", "pepper_output", "durian_output"),
)
"""Everything that the socio-economic report holds month by month."""
SHEETS = figures.query_of(CODES)


def today(scope: Scope) -> date:
    """Return the province's day at the scope's instant."""
    return scope.now.astimezone(LOCAL).date()


def concerning(unit: str | None, department: str | None) -> Q:
    """Return whose projects a commune's or department's are: built there, or its own; all for who watches them."""
    where = Q()
    if unit:
        where &= Q(unit=unit) | Q(investor_unit=unit)
    if department:
        where &= Q(department=department) | Q(investor_department=department)
    return where


def projects(scope: Scope) -> QuerySet[Project]:
    """Return every project's capital of every year within scope."""
    rows = Project.objects.filter(concerning(scope.unit, scope.department), realm=scope.realm)
    return rows.defer("raw", "digest").order_by("-year", "code")


def year_on_show(realm: str, day: date) -> Subquery:
    """Return the budget year on show, as part of a statement: the newest one reported of those that run or are over.

    In January that is still last year, whose capital may be paid out until the 31st; after it until the first report.
    """
    begun = Project.objects.filter(realm=realm, year__lte=disbursement.budget_year(day))
    return Subquery(begun.order_by("-year").values("year")[:1])


def of_year(scope: Scope) -> QuerySet[Project]:
    """Return the projects of the budget year on show."""
    return projects(scope).filter(year=year_on_show(scope.realm, today(scope)))


def lagging(scope: Scope) -> QuerySet[Project]:
    """Return those that lag behind their line."""
    return of_year(scope).filter(progress__in=disbursement.LAGGING)


def _placed(scope: Scope) -> QuerySet[Project]:
    return of_year(scope).filter(place__isnull=False)


PROJECT_COLUMNS = (
    Column("code", gettext_noop("Code")),
    Column("name", gettext_noop("Project")),
    Column("investor", gettext_noop("Investor")),
    Column("unit", gettext_noop("Commune or ward")),
    Column("year", gettext_noop("Budget year")),
    Column("plan", gettext_noop("Capital plan (billion VND)")),
    Column("disbursed", gettext_noop("Paid out (billion VND)")),
    Column("month", gettext_noop("Month")),
    Column("share", gettext_noop("Paid out (%)")),
    Column("expected", gettext_noop("To be expected (%)")),
    Column("progress", gettext_noop("Progress")),
)
RECORDS = Query("projects", gettext_noop("Public-investment projects"), projects, PROJECT_COLUMNS)
YEAR_QUERY = Query("year", gettext_noop("Projects of the budget year"), of_year, PROJECT_COLUMNS)
LAGGING_QUERY = Query("lagging", gettext_noop("Projects that lag"), lagging, PROJECT_COLUMNS)
PLACES = Query("places", gettext_noop("Projects with a place"), _placed, PROJECT_COLUMNS)
REVENUE_QUERY = figures.query_of((REVENUE,))
SHOWN_QUERY = figures.query_of(SHOWN)
