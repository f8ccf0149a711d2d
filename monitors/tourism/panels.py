"""What the wall shows of tourism. Every figure comes from the rows of one query. Reads, writes nothing.

A site whose counter is silent is unknown, not empty; a place of lodging that did not declare counts neither as full
nor as empty.
"""

from datetime import datetime, timedelta
from itertools import accumulate

from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext_noop

from monitors.tourism import queries
from monitors.tourism.models import Complaint, Festival, SiteState
from monitors.tourism.rules import CODES, COMPLAINTS, JUMP, LATE, OFF_PLAN, OVERCROWDED
from monitors.tourism.science.crowding import CROWDED, FULL
from monitors.tourism.selectors import fresh
from monitors.tourism.sites import Site, label_of, sites
from services.contract import Column, Figure, Message, Panel, Scope, Severity, message
from services.indicators import figures, periods, selectors, watch
from services.indicators.catalogue import catalogue
from services.indicators.comparing import Comparison, compare
from services.indicators.findings import elapsed
from services.kernel.clock import LOCAL

VISITORS = CODES[0]
MILLION = 1_000_000
TARGET_OCCUPANCY = 55
"""Percent of rooms that are to be taken over the year (configuration)."""
LISTED = 20


ARRIVALS = (
    Column("at", gettext_noop("Day")),
    Column("arrivals", gettext_noop("arrivals")),
    Column("abroad", gettext_noop("from abroad")),
)
SITES = (
    Column("title", gettext_noop("Site")),
    Column("value", gettext_noop("% full"), decimals=0),
    Column("state", gettext_noop("State")),
)
COMPLAINTS_SHOWN = (
    Column("title", gettext_noop("About")),
    Column("place", gettext_noop("Commune or ward")),
    Column("state", gettext_noop("State")),
)


# --- visitors --------------------------------------------------------------------------------------------------------


def visitors(scope: Scope) -> Figure:
    """Return the year's visitors so far against the plan, in million, and how they added up: 7 statements."""
    unit, upto = figures.unit_of(scope), periods.day(queries.today(scope))
    query = figures.query_of((VISITORS,))
    rules = (OFF_PLAN, JUMP, LATE)
    measure = message(gettext_noop("million visits"))
    newest = selectors.latest(VISITORS, unit, realm=scope.realm, upto=upto, back=1)
    if newest is None:
        return Figure(None, None, query, measure, 2, rules=rules)
    period, _value = newest
    found = compare(VISITORS, unit, period, realm=scope.realm)
    first = periods.parse(f"{period.year}-01")
    months = selectors.series(VISITORS, unit, realm=scope.realm, first=first, last=period, joined=False)
    return Figure(
        value=_million(found.to_date),
        as_of=figures.figure_of(VISITORS, scope).as_of,
        query=query,
        unit=message(
            gettext_noop("million visits, {months} months of {year}"), months=period.month, year=str(period.year)
        ),
        short=message(gettext_noop("million visits in {months} months"), months=period.month),
        decimals=2,
        target=_million(found.plan),
        target_text=_planned(found),
        severity=_behind(found),
        trend=[round(total / MILLION, 3) for total in accumulate(point.value or 0.0 for point in months)],
        rules=rules,
    )


def _million(value: float | None) -> float | None:
    return None if value is None else round(value / MILLION, 3)


def _planned(found: Comparison) -> Message | None:
    if found.of_plan is None or found.plan is None:
        return None
    return message(
        gettext_noop("{share} % of the plan of {year}: {plan} million"),
        share=round(100 * found.of_plan, 1), year=str(found.period.year), plan=round(found.plan / MILLION, 2),
    )  # fmt: skip


def _behind(found: Comparison) -> Severity | None:
    if found.to_date is None or found.plan is None:
        return None
    verdict = watch.off_plan(found.to_date, found.plan, elapsed(found.period), catalogue()[VISITORS].direction)
    return verdict.severity if verdict else None


# --- lodging ---------------------------------------------------------------------------------------------------------


def _declared_at(scope: Scope) -> datetime | None:
    newest: datetime | None = queries.declared_lately(scope).aggregate(newest=Max("received_at"))["newest"]
    return newest


def arrivals(scope: Scope) -> Figure:
    """Return the arrivals of the newest day that was declared, and of thirty days: 2 statements.

    The newest day is that of most declarations among the last two, so that a morning's first ones do not stand for all.
    """
    rows = queries.declared_lately(scope).order_by().values_list("day")
    summed = rows.annotate(n=Count("*"), all=Sum("arrivals"), abroad=Sum("foreign_arrivals")).order_by("day")
    days = list(summed)
    if not days:
        return Figure(value=None, as_of=_declared_at(scope), query=queries.LATELY)
    newest = max(days[-2:], key=lambda row: (row[1], row[0]))
    return Figure(
        value=newest[2],
        as_of=_declared_at(scope),
        query=queries.LATELY,
        unit=message(gettext_noop("guests arrived on {day}"), day=f"{newest[0]:%d/%m/%Y}"),
        target_text=message(gettext_noop("{abroad} of them from abroad"), abroad=newest[3]),
        trend=[float(row[2]) for row in days if row[0] <= newest[0]],
        rows=[
            {"at": day.isoformat(), "arrivals": all_of, "abroad": abroad}
            for day, _n, all_of, abroad in days
            if day <= newest[0]
        ],
        columns=ARRIVALS,
    )


def occupancy(scope: Scope) -> Figure:
    """Return the share of rooms taken last night, of the places that declared it: 3 statements."""
    taken = queries.last_night(scope).order_by().aggregate(rooms=Sum("rooms"), occupied=Sum("occupied"), n=Count("pk"))
    share = 100 * taken["occupied"] / taken["rooms"] if taken["rooms"] else None
    nights = queries.declared_lately(scope).order_by().values_list("day")
    by_night = nights.annotate(occupied=Sum("occupied"), rooms=Sum("rooms")).order_by("day")
    return Figure(
        value=round(share, 1) if share is not None else None,
        as_of=_declared_at(scope),
        query=queries.LAST_NIGHT,
        unit=message(gettext_noop("% of rooms taken")),
        decimals=1,
        target=TARGET_OCCUPANCY,
        target_text=message(
            gettext_noop("{occupied} of {rooms} rooms in {count} places that declared"),
            occupied=taken["occupied"] or 0, rooms=taken["rooms"] or 0, count=taken["n"],
        ),
        trend=[round(100 * occupied / rooms, 1) for _day, occupied, rooms in by_night if rooms],
    )  # fmt: skip


def guests_by_commune(scope: Scope) -> Figure:
    """Return last night's guests by commune; where nobody declared there is no value: 2 statements."""
    rows = queries.last_night(scope).order_by().values_list("unit").annotate(n=Sum("guests"))
    values = {unit: float(guests) for unit, guests in rows}
    return Figure(
        value=sum(values.values()) if values else None,
        as_of=_declared_at(scope),
        query=queries.LAST_NIGHT,
        unit=message(gettext_noop("guests last night")),
        values=values,
    )


# --- sites -----------------------------------------------------------------------------------------------------------


def site_loads(scope: Scope) -> Figure:
    """Return how many visitors are at sites now, and how full each one is, the fullest first: 1 statement."""
    known = {row.site: row for row in queries.states(scope)}
    concerned = [site for site in sites().values() if scope.unit in {None, site.unit}] if known else []
    heard = {slug: row for slug, row in known.items() if fresh(row, scope.now)}
    rows = [_site(site, known.get(site.slug), scope.now) for site in concerned]
    rows.sort(key=lambda row: (row["value"] is None, -float(row["value"] or 0), row["id"]))  # type: ignore[arg-type]
    counts = {"heard": len(heard), "all": len(concerned)}
    return Figure(
        value=sum(row.present for row in heard.values()) if heard else None,
        as_of=max((row.counted_at for row in known.values()), default=None),
        query=queries.STATES,
        unit=message(gettext_noop("visitors at sites")),
        target_text=message(gettext_noop("{heard} of {all} counters heard within an hour"), **counts),
        severity=_worst(list(heard.values())),
        rows=rows,
        rules=(OVERCROWDED,),
        columns=SITES,
    )


def _worst(rows: list[SiteState]) -> Severity | None:
    return _level(max((row.load for row in rows), default=0.0))


def _level(percent: float) -> Severity | None:
    if percent >= 100 * FULL:
        return "high"
    return "medium" if percent >= 100 * CROWDED else None


def _site(site: Site, state: SiteState | None, now: datetime) -> dict[str, object]:
    known = state if fresh(state, now) else None
    level = _level(known.load) if known else None
    return {
        "id": site.slug,
        "at": state.counted_at.isoformat() if state else None,
        "title": site.label,
        "unit": site.unit,
        "value": known.load if known else None,
        "state": _site_state(site, known, now),
        "open": level is not None,
        "severity": level or "info",
    }


def _site_state(site: Site, known: SiteState | None, now: datetime) -> Message:
    if known is None:
        return message(gettext_noop("not counted now")) if site.open_at(now) else message(gettext_noop("closed"))
    if not site.open_at(now) and not known.present:
        return message(gettext_noop("closed"))
    return message(gettext_noop("{present} of {capacity} visitors"), present=known.present, capacity=site.capacity)


# --- complaints and events -------------------------------------------------------------------------------------------


def complaints(scope: Scope) -> Figure:
    """Return how many complaints wait for an answer, those whose term is over first: 3 statements."""
    rows = queries.complaints_lately(scope)
    late = Q(settled_at=None, due_at__lt=scope.now)
    counted = rows.order_by().aggregate(
        all=Count("pk"), waiting=Count("pk", filter=Q(settled_at=None)), late=Count("pk", filter=late)
    )
    newest = queries.complaints(scope).aggregate(newest=Max("received_at"))["newest"]
    return Figure(
        value=counted["waiting"] if newest else None,
        as_of=newest,
        query=queries.RECENT_COMPLAINTS,
        unit=message(gettext_noop("complaints wait for an answer")),
        target=0,
        target_text=message(gettext_noop("{late} past their term; {all} in 30 days"), **counted),
        severity="low" if counted["late"] else None,
        rows=[_complaint(row, scope.now) for row in rows.filter(settled_at=None).order_by("due_at", "pk")[:LISTED]],
        columns=COMPLAINTS_SHOWN,
        rules=(COMPLAINTS,),
    )


def _complaint(row: Complaint, now: datetime) -> dict[str, object]:
    over = row.due_at < now
    due = f"{row.due_at.astimezone(LOCAL):%d/%m/%Y}"
    return {
        "id": row.external_id,
        "at": row.occurred_at.isoformat(),
        "title": label_of(row.about),
        "unit": row.unit,
        "state": message(gettext_noop("answer due on {day}"), day=due),
        "open": over,
        "severity": "low" if over else "info",
    }


def events(scope: Scope) -> Figure:
    """Return the events of the coming sixty days and how many visitors they expect: 2 statements."""
    rows = list(queries.coming(scope))
    newest = queries.coming(scope).order_by().aggregate(newest=Max("received_at"))["newest"]
    return Figure(
        value=len(rows) if newest else None,
        as_of=newest,
        query=queries.COMING_EVENTS,
        unit=message(gettext_noop("events in 60 days")),
        target_text=message(gettext_noop("{count} visitors expected"), count=sum(row.expected for row in rows)),
        rows=[_event(row) for row in rows[:LISTED]],
    )


def _event(row: Festival) -> dict[str, object]:
    days = {"first": f"{row.starts:%d/%m}", "last": f"{row.ends:%d/%m/%Y}", "count": row.expected}
    return {
        "id": row.external_id,
        "at": row.occurred_at.isoformat(),
        "title": row.label,
        "unit": row.unit,
        "value": row.expected,
        "state": message(gettext_noop("{first} to {last}, {count} visitors expected"), **days),
        "open": False,
        "severity": "info",
    }


_LODGING, _COUNTED = ("lodging",), ("site_counts",)
NIGHTLY = timedelta(hours=36)
PANELS: tuple[Panel, ...] = (
    Panel(
        "visitors", gettext_noop("Visitors"), "number", visitors, ("workbook",), fresh_for=timedelta(days=45), key=True
    ),
    Panel("arrivals", gettext_noop("Arrivals by day, 30 days"), "chart", arrivals, _LODGING, fresh_for=NIGHTLY),
    Panel("guests", gettext_noop("Guests by commune"), "map", guests_by_commune, _LODGING, fresh_for=NIGHTLY),
    Panel("sites", gettext_noop("Sites now"), "list", site_loads, _COUNTED, fresh_for=timedelta(minutes=30)),
    Panel("occupancy", gettext_noop("Rooms taken last night"), "number", occupancy, _LODGING, fresh_for=NIGHTLY),
    Panel(
        "complaints",
        gettext_noop("Complaints of visitors"),
        "list",
        complaints,
        ("complaints",),
        fresh_for=timedelta(days=14),
    ),
    Panel("events", gettext_noop("Coming events"), "list", events, ("events",), fresh_for=timedelta(days=21)),
)
RECORDS = queries.DECLARATIONS
