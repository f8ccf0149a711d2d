"""What the wall shows of the plan: revenue, indicators, investment capital. Each figure comes from one query's rows."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import Count, F, Max, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from monitors.socioeconomy.models import Pace, Project
from monitors.socioeconomy.places import labels
from monitors.socioeconomy.queries import (
    LAGGING_QUERY,
    REVENUE,
    REVENUE_QUERY,
    SHOWN,
    SHOWN_QUERY,
    YEAR_QUERY,
    lagging,
    of_year,
    today,
)
from monitors.socioeconomy.rules import JUMP, LATE, OFF_PLAN, OUTLIER, SLOW_INVESTOR, SLOW_PROJECT
from monitors.socioeconomy.science import disbursement
from monitors.socioeconomy.selectors import Standing, monthly_amounts, standings, sums_of
from services.contract import Column, Figure, Message, Panel, Scope, Severity, message
from services.indicators import figures

MONTHS = 12
LISTED = 20
FRESH = timedelta(days=45)
"""A month's figures come in the first days of the next month."""
BEHIND_BY = 100 * disbursement.BEHIND


# --- indicators ------------------------------------------------------------------------------------------------------


BY_MONTH = (
    Column("at", gettext_noop("Month")),
    Column("revenue", gettext_noop("revenue"), decimals=0),
    Column("plan", gettext_noop("a twelfth of the plan"), decimals=0, goal=True),
)
INDICATORS = (
    Column("title", gettext_noop("Indicator")),
    Column("value", gettext_noop("Value")),
    Column("measure", gettext_noop("Measure")),
    Column("period", gettext_noop("Period")),
    Column("growth", gettext_noop("% on last year"), decimals=1),
    Column("of_plan", gettext_noop("% of the plan"), decimals=1),
)
PROJECTS = (
    Column("title", gettext_noop("Project")),
    Column("investor", gettext_noop("Investor")),
    Column("plan", gettext_noop("Plan, billion VND"), decimals=1),
    Column("value", gettext_noop("% paid out"), decimals=1),
)


def revenue(scope: Scope) -> Figure:
    """Return the budget revenue since 1 January beside the year's plan: 6 statements."""
    standing = next(iter(standings(scope, (REVENUE,))), None)
    if standing is None:
        return Figure(None, None, REVENUE_QUERY, rules=(OFF_PLAN, LATE))
    shown = figures.figure_of(REVENUE, scope, rules=(OFF_PLAN, LATE))
    told = message(
        gettext_noop("budget revenue, {unit}, to {month}"),
        unit=standing.definition.measure_label,
        month=f"{standing.found.period.start:%m/%Y}",
    )
    return replace(shown, short=told, severity=standing.verdict.severity if standing.verdict else None)


def revenue_by_month(scope: Scope) -> Figure:
    """Return what each of twelve months brought, beside a twelfth of the year's plan: 5 statements."""
    months = [(period, value) for period, value in monthly_amounts(scope, REVENUE, MONTHS) if value is not None]
    standing = next(iter(standings(scope, (REVENUE,))), None)
    if not months or standing is None:
        return Figure(None, None, REVENUE_QUERY, rules=(OFF_PLAN,))
    definition = standing.definition
    period, value = months[-1]
    plan = standing.found.plan / MONTHS if standing.found.plan is not None else None
    return Figure(
        value=value,
        as_of=standing.known,
        query=REVENUE_QUERY,
        unit=message("{unit} · {period}", unit=definition.measure_label, period=period.label),
        decimals=definition.decimals,
        target=plan,
        target_text=None
        if plan is None
        else message(gettext_noop("a twelfth of the year's plan: {value} {unit}"), value=round(plan),
                     unit=definition.measure_label),
        trend=[one for _period, one in months],
        rows=[{"at": one.start.isoformat(), "revenue": amount, "plan": plan} for one, amount in months],
        columns=BY_MONTH,
        rules=(OFF_PLAN,),
    )  # fmt: skip


def indicators(scope: Scope) -> Figure:
    """Return every indicator's newest value with its growth and how much of the plan is done: 3 statements."""
    found = standings(scope, SHOWN)
    return Figure(
        value=len(found) or None,
        as_of=max((one.known for one in found if one.known), default=None),
        query=SHOWN_QUERY,
        unit=message(gettext_noop("indicators")),
        rows=[_indicator(one) for one in found],
        columns=INDICATORS,
        rules=(OFF_PLAN, JUMP, OUTLIER, LATE),
    )


def _indicator(one: Standing) -> dict[str, object]:
    severity: Severity = one.verdict.severity if one.verdict else "info"
    definition = one.definition
    value = one.found.value
    return {
        "id": definition.code,
        "at": one.known.isoformat() if one.known else None,
        "title": definition.label,
        "value": None if value is None else round(value, definition.decimals),
        "measure": definition.measure_label,
        "period": one.found.period.label,
        "growth": one.growth,
        "plan": one.found.plan,
        "of_plan": one.of_plan,
        "state": _state(one),
        "open": one.verdict is not None,
        "severity": severity,
    }


def _state(one: Standing) -> Message:
    if one.growth is not None and one.of_plan is not None:
        text = gettext_noop("{growth} % on last year, {of_plan} % of the plan")
        return message(text, growth=one.growth, of_plan=one.of_plan)
    if one.growth is not None:
        return message(gettext_noop("{growth} % on last year"), growth=one.growth)
    if one.of_plan is not None:
        return message(gettext_noop("{of_plan} % of the plan"), of_plan=one.of_plan)
    return message("{period}", period=one.found.period.label)


# --- investment capital ----------------------------------------------------------------------------------------------


def disbursed(scope: Scope) -> Figure:
    """Return what part of the year's investment capital was paid out, beside the expected line: 1 statement."""
    found = sums_of(of_year(scope))
    sums, month = found.total, found.month
    if month is None or sums.share is None:
        return Figure(None, None, YEAR_QUERY, message("%"), 1, rules=(SLOW_INVESTOR, SLOW_PROJECT))
    due = 100 * disbursement.expected(disbursement.month_of(found.year, month))
    value = round(100 * sums.share, 2)
    return Figure(
        value=value,
        as_of=found.received_at,
        query=YEAR_QUERY,
        unit=message("%"),
        decimals=1,
        target=round(due, 1),
        target_text=message(
            gettext_noop("{paid} of {plan} billion VND by {month}; {due} % to be expected"),
            paid=round(sums.disbursed), plan=round(sums.plan), month=f"{month:%m/%Y}", due=round(due, 1),
        ),
        severity="medium" if value < due - BEHIND_BY else None,
        trend=found.shares,
        rules=(SLOW_INVESTOR, SLOW_PROJECT),
    )  # fmt: skip


def slow_projects(scope: Scope) -> Figure:
    """Return the projects that lag behind their line, the furthest first: 3 statements."""
    counted = of_year(scope).order_by().values_list("progress").annotate(n=Count("*"), at=Max("received_at"))
    kinds = {progress: (n, at) for progress, n, at in counted}
    lag = {progress: kinds[progress] for progress in disbursement.LAGGING if progress in kinds}
    furthest = (Coalesce(F("share"), 0.0) - F("expected"), "code")
    rows = list(lagging(scope).order_by(*furthest)[:LISTED])
    named = labels({row.investor for row in rows}, today(scope))
    return Figure(
        value=sum(n for n, _at in lag.values()) if kinds else None,
        as_of=max((at for _n, at in (lag or kinds).values()), default=None),
        query=LAGGING_QUERY,
        unit=message(gettext_noop("projects behind")),
        target=0,
        severity="medium" if Pace.FAR_BEHIND in lag else "low" if lag else None,
        rows=[_project(row, named[row.investor]) for row in rows],
        columns=PROJECTS,
        rules=(SLOW_PROJECT, SLOW_INVESTOR),
    )


def _project(row: Project, investor: dict[str, str]) -> dict[str, object]:
    return {
        "id": row.external_id,
        "at": row.as_of.isoformat(),
        "title": row.label,
        "unit": row.unit or None,
        "value": row.share,
        "investor": investor,
        "plan": row.plan,
        "state": message(
            gettext_noop("{investor}: {share} % of {plan} billion VND, {expected} % due"),
            investor=investor, share=row.share, plan=row.plan, expected=row.expected,
        ),
        "open": True,
        "severity": "medium" if row.progress == Pace.FAR_BEHIND else "low",
    }  # fmt: skip


def by_commune(scope: Scope) -> Figure:
    """Return what part of the capital of its projects was paid out in each commune, in per cent: 1 statement."""
    rows = of_year(scope).exclude(unit="").order_by().values_list("unit")
    found = list(rows.annotate(plan=Sum("plan"), paid=Sum("disbursed"), at=Max("received_at")).order_by("unit"))
    shares = {unit: disbursement.share(paid, plan) for unit, plan, paid, _at in found}
    values = {unit: round(100 * one, 2) for unit, one in shares.items() if one is not None}
    return Figure(
        value=min(values.values(), default=None),
        as_of=max((at for *_rest, at in found), default=None),
        query=YEAR_QUERY,
        unit=message(gettext_noop("% paid out, at least")),
        decimals=1,
        values=values,
        rules=(SLOW_PROJECT,),
    )


_WORKBOOK, _PROJECTS = ("workbook",), ("projects",)
PANELS: tuple[Panel, ...] = (
    Panel("revenue", gettext_noop("Budget revenue since 1 January"), "number", revenue, _WORKBOOK, fresh_for=FRESH,
          key=True),
    Panel("revenue_by_month", gettext_noop("Budget revenue by month"), "chart", revenue_by_month, _WORKBOOK,
          fresh_for=FRESH),
    Panel("indicators", gettext_noop("Indicators of the plan"), "table", indicators, _WORKBOOK, fresh_for=FRESH),
    Panel("disbursed", gettext_noop("Public investment paid out"), "number", disbursed, _PROJECTS, fresh_for=FRESH),
    Panel("slow_projects", gettext_noop("Projects behind"), "list", slow_projects, _PROJECTS, fresh_for=FRESH),
    Panel("communes", gettext_noop("Public investment by commune"), "map", by_commune, _PROJECTS, fresh_for=FRESH),
)  # fmt: skip
